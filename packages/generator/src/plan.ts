import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entity, type EntityRequest, readEntity } from './entity.js';
import { indexesIn, settingFiles, withIndexes } from './index-setting.js';
import { readWorkspace } from './read-workspace.js';
import { register, registrations } from './registrations.js';
import { clientExample } from './templates/client-example.js';
import { errors } from './templates/errors.js';
import { indexFile } from './templates/index-file.js';
import { model } from './templates/model.js';
import { packageJson } from './templates/package-files.js';
import { readme } from './templates/readme.js';
import { readmeTest } from './templates/readme-test.js';
import { router } from './templates/router.js';
import { routerTest } from './templates/router-test.js';
import { schema } from './templates/schema.js';
import { service } from './templates/service.js';
import { serviceTest } from './templates/service-test.js';
import { UsageError } from './usage-error.js';

/** The files to write, by path from the root of the repository. */
export interface Plan {
  entity: Entity;
  /** New files. */
  created: ReadonlyMap<string, string>;
  /** Existing files, with their new text. */
  changed: ReadonlyMap<string, string>;
  /** The number of indexes of the table, if it rises. */
  indexes: number | undefined;
}

/** Plans the files of a new entity, and writes nothing. @throws UsageError */
export function planEntity(root: string, request: EntityRequest): Plan {
  const entity = readEntity(request, readWorkspace(root));
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const { one, many } = entity;
  const folder = `packages/${many.kebab}`;
  const created = new Map<string, string>([
    [`${folder}/README.md`, readme(entity)],
    [`${folder}/package.json`, packageJson(entity, read('packages/users/package.json'))],
    [`${folder}/tsconfig.json`, read('packages/users/tsconfig.json')],
    [`${folder}/tsconfig.build.json`, read('packages/users/tsconfig.build.json')],
    [`${folder}/test/readme.long.test.ts`, readmeTest(entity)],
    [`${folder}/src/index.ts`, indexFile(entity)],
    [`${folder}/src/${one.kebab}.ts`, schema(entity)],
    [`${folder}/src/${one.kebab}-model.ts`, model(entity)],
    [`${folder}/src/${one.kebab}-service.ts`, service(entity)],
    [`${folder}/test/${one.kebab}-service.engine.test.ts`, serviceTest(entity)],
    [`apps/api/src/trpc/${many.kebab}-router.ts`, router(entity)],
    [`apps/api/test/trpc/${many.kebab}-router.engine.test.ts`, routerTest(entity)],
  ]);
  // an example runs in an empty table, where a checked parent is missing
  if (!entity.isParentChecked) created.set(`apps/client/examples/${many.kebab}.ts`, clientExample(entity));
  for (const [path, text] of created) if (path.endsWith('.ts')) created.set(path, withoutGaps(text));
  const ownErrors = errors(entity);
  if (ownErrors) created.set(`${folder}/src/errors.ts`, ownErrors);
  const existing = [...created.keys()].find((path) => existsSync(join(root, path)));
  if (existing) throw new UsageError(`${existing} already exists: choose another name, or move the file`);
  const changed = new Map(registrations.map((one) => [one.path, register(entity, one, read(one.path))]));
  const settings = settingFiles.map((path) => ({ path, text: existsSync(join(root, path)) ? read(path) : undefined }));
  const indexes = Math.max(entity.indexes.length + 1, ...settings.map(({ text = '' }) => indexesIn(text)));
  const lacking = settings.filter(({ text = '' }) => indexesIn(text) < indexes);
  for (const { path, text } of lacking)
    (text === undefined ? created : changed).set(path, withIndexes(text ?? '', indexes));
  return { entity, created, changed, indexes: lacking.length > 0 ? indexes : undefined };
}

/** A template leaves an empty line where it needs no import. */
const withoutGaps = (text: string) => text.replace(/(?<=^import [^;]*;)\n+(?=import )/gm, '\n');
