import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entity, type EntityRequest, readEntity } from './entity.js';
import { Refusal } from './refusal.js';
import { register, registrations } from './registrations.js';
import { readSurroundings } from './surroundings.js';
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

/** What is to be written, by path from the root of the repository. */
export interface Plan {
  entity: Entity;
  /** Files that are not there. */
  made: ReadonlyMap<string, string>;
  /** Files that are there, as they will be. */
  changed: ReadonlyMap<string, string>;
}

/** Writes nothing. @throws Refusal */
export function planEntity(root: string, request: EntityRequest): Plan {
  const entity = readEntity(request, readSurroundings(root));
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const { one, many } = entity;
  const folder = `packages/${many.kebab}`;
  const made = new Map<string, string>([
    [`${folder}/README.md`, readme(entity)],
    [`${folder}/package.json`, packageJson(entity, read('packages/users/package.json'))],
    [`${folder}/tsconfig.json`, read('packages/users/tsconfig.json')],
    [`${folder}/tsconfig.build.json`, read('packages/users/tsconfig.build.json')],
    [`${folder}/test/readme.long.test.ts`, readmeTest(entity)],
    [`${folder}/src/index.ts`, indexFile(entity)],
    [`${folder}/src/${one.kebab}.ts`, schema(entity)],
    [`${folder}/src/${one.kebab}-model.ts`, model(entity)],
    [`${folder}/src/${one.kebab}-service.ts`, service(entity)],
    [`${folder}/src/errors.ts`, errors(entity)],
    [`${folder}/test/${one.kebab}-service.engine.test.ts`, serviceTest(entity)],
    [`apps/api/src/${many.kebab}-router.ts`, router(entity)],
    [`apps/client/examples/${many.kebab}.ts`, clientExample(entity)],
    [`apps/api/test/${many.kebab}-router.engine.test.ts`, routerTest(entity)],
  ]);
  const there = [...made.keys()].find((path) => existsSync(join(root, path)));
  if (there) throw new Refusal(`${there} is there already: take another name, or move it away`);
  const changed = registrations.map((one) => [one.path, register(entity, one, read(one.path))] as const);
  return { entity, made, changed: new Map(changed) };
}
