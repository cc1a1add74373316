import type { Entity } from './entity.js';
import { Refusal } from './refusal.js';
import { servicesFile } from './surroundings.js';

/** A file that names every entity, and how it comes to name one more. */
interface Registration {
  path: string;
  /** What it looks for, and what becomes of it; the first one that does not match makes the file one that cannot be changed. */
  edits: (entity: Entity) => [found: RegExp, replacement: string][];
}

const lastImport = /(?<=^import [^;]*;\n)(?!import )/m;
const importOf = (names: string, { many }: Entity) => `import { ${names} } from '@aws-starter-kit/${many.kebab}';\n`;

/** The dependencies of a package.json, up to the last one of this repository. */
const ourDependencies = /("dependencies": \{[^}]*"@aws-starter-kit\/[\w-]+": "workspace:\*")/;
const dependency = ({ many }: Entity) => `$1,\n    "@aws-starter-kit/${many.kebab}": "workspace:*"`;

/** Where an entity is registered; documents that were written anew since are left as they are. */
export const registrations: readonly Registration[] = [
  {
    path: servicesFile,
    edits: (entity) => [
      [lastImport, importOf(`${entity.one.pascal}Model, ${entity.one.pascal}Service`, entity)],
      [
        /(makeServices = .*?)\n\}\);/s,
        `$1\n  ${entity.many.camel}: new ${entity.one.pascal}Service({ model: new ${entity.one.pascal}Model(table) }),\n});`,
      ],
    ],
  },
  {
    path: 'apps/api/src/router.ts',
    edits: ({ many }) => [
      [lastImport, `import { ${many.camel}Router } from './${many.kebab}-router.js';\n`],
      [/(appRouter = router\(\{[^}]*?),?\s*\}\)/, `$1, ${many.camel}: ${many.camel}Router })`],
    ],
  },
  { path: 'apps/api/package.json', edits: (entity) => [[ourDependencies, dependency(entity)]] },
  {
    path: 'packages/doctor/src/models.ts',
    edits: (entity) => [
      [lastImport, importOf(`${entity.one.pascal}Model, ${entity.one.camel}Schema`, entity)],
      [
        /(examinedModels = .*?)\n\];/s,
        `$1\n  { stores: inspect(new ${entity.one.pascal}Model()), problems: (entity) => issuesOf(${entity.one.camel}Schema.safeParse(entity)) },\n];`,
      ],
    ],
  },
  { path: 'packages/doctor/package.json', edits: (entity) => [[ourDependencies, dependency(entity)]] },
  {
    path: 'README.md',
    edits: ({ one, many }) => [
      [
        /(\n {2}users\/ .*\n)/,
        `$1  ${`${many.kebab}/`.padEnd(17)} ${one.pascal}Model, ${one.pascal}Service (rules), schemas\n`,
      ],
    ],
  },
];

/** @throws Refusal where a file is not as it was, so that somebody has to look */
export function register(entity: Entity, { path, edits }: Registration, text: string): string {
  return edits(entity).reduce((changed, [found, replacement]) => {
    if (found.test(changed)) return changed.replace(found, replacement);
    if (path.endsWith('.md')) return changed;
    throw new Refusal(
      `${path} is not as it was, so ${entity.many.camel} cannot be put in: nothing there matches ${found}`,
    );
  }, text);
}
