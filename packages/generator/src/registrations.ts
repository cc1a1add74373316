import type { Entity, KnownEntity } from './entity.js';
import { nameOf } from './names.js';
import { servicesFile } from './read-workspace.js';
import { organisationRows, organisationSection, permissionRows } from './templates/permission-rows.js';
import { UsageError } from './usage-error.js';

/** A file that names every entity, and the edits that add one. */
interface Registration {
  path: string;
  /** Each edit replaces a match. All of them must match. */
  edits: (entity: Entity, text: string) => Edit[];
}

const lastImport = /(?<=^import [^;]*;\n)(?!import )/m;
const importOf = (names: string, { many }: KnownEntity) =>
  `import { ${names} } from '@aws-starter-kit/${many.kebab}';\n`;

/** The model by which a service checks that a parent exists. Its import is there already, with its own service. */
const checkedParent = ({ parent, isParentChecked }: Entity) =>
  isParentChecked && parent ? `, ${parent.one.camel}Model: new ${parent.one.pascal}Model(table)` : '';

type Edit = [pattern: RegExp, replacement: string];

/** The end of the list of models that the doctor examines. */
const examinedModels = /(examinedModels = [^;]*?),?\s*\];/;
const organisations = { one: nameOf('organisation'), many: nameOf('organisations') };

const scopedTable = '## Within `organisationId`';
const organisationsRouter = 'organisations: organisationsRouter';

/** The edits by which the API serves organisations. */
const servedOrganisations: Edit[] = [
  [lastImport, `import { organisationRoles, organisationsRouter } from './organisations-router.js';\n`],
  [/(appRouter = router\(\{[^}]*?),?\s*\}\)/, `$1, ${organisationsRouter} })`],
  [/(appAccess: Access = \{)\}/, '$1 organisations: organisationRoles }'],
];

/** The edits by which the doctor examines organisations. */
const examinedOrganisations: Edit[] = [
  [lastImport, importOf('InvitationModel, MemberModel, OrganisationModel', organisations)],
  [
    examinedModels,
    `$1${['OrganisationModel', 'MemberModel', 'InvitationModel'].map((model) => `,\n  { stores: inspect(new ${model}()) }`).join('')},\n];`,
  ],
];

/** Adds a service of one organisation, for procedures within it. */
function scopedService({ one, many }: Entity, text: string): Edit {
  const line = `  ${many.camel}: new ${one.pascal}Service({ organisationId, model: new ${one.pascal}Model(table) }),\n`;
  if (text.includes('makeOrganisationServices =')) return [/(makeOrganisationServices = .*?\n)\}\);/s, `$1${line}});`];
  const declaration = `/** Returns the services of the entities of one organisation, for procedures within it. */
export const makeOrganisationServices = (table: DynamoModelOptions, { organisationId }: { organisationId: string }) => ({
${line}});`;
  return [/\n*$/, `\n\n${declaration}\n`];
}

/** The dependencies in a package.json, up to the last one from this repository. */
const ourDependencies = /("dependencies": \{[^}]*"@aws-starter-kit\/[\w-]+": "workspace:\*")/;
const dependency = ({ many }: KnownEntity) => `$1,\n    "@aws-starter-kit/${many.kebab}": "workspace:*"`;

/**
 * Every file that an entity is registered in. A document that has been rewritten so that no edit matches stays as it
 * is.
 */
export const registrations: readonly Registration[] = [
  {
    path: servicesFile,
    edits: (entity, text) => [
      [lastImport, importOf(`${entity.one.pascal}Model, ${entity.one.pascal}Service`, entity)],
      entity.isScoped
        ? scopedService(entity, text)
        : [
            /(makeServices = .*?)\n\}\);/s,
            `$1\n  ${entity.many.camel}: new ${entity.one.pascal}Service({ model: new ${entity.one.pascal}Model(table)${checkedParent(entity)} }),\n});`,
          ],
    ],
  },
  {
    path: 'apps/api/src/trpc/router.ts',
    edits: ({ many, isScoped }, text) => [
      ...(isScoped && !text.includes(organisationsRouter) ? servedOrganisations : []),
      [lastImport, `import { ${many.camel}Router } from './${many.kebab}-router.js';\n`],
      [/(appRouter = router\(\{[^}]*?),?\s*\}\)/, `$1, ${many.camel}: ${many.camel}Router })`],
    ],
  },
  { path: 'apps/api/package.json', edits: (entity) => [[ourDependencies, dependency(entity)]] },
  {
    path: 'packages/doctor/src/models.ts',
    edits: (entity, text) => [
      ...(entity.isScoped && !text.includes('OrganisationModel') ? examinedOrganisations : []),
      [lastImport, importOf(`create${entity.one.pascal}Schema, ${entity.one.pascal}Model`, entity)],
      [
        examinedModels,
        `$1,\n  { stores: inspect(new ${entity.one.pascal}Model()), ...rulesOf(create${entity.one.pascal}Schema) },\n];`,
      ],
    ],
  },
  {
    path: 'packages/doctor/package.json',
    edits: (entity, text) => [
      ...(entity.isScoped && !text.includes('/organisations"')
        ? [[ourDependencies, dependency(organisations)] as Edit]
        : []),
      [ourDependencies, dependency(entity)],
    ],
  },
  {
    path: 'apps/api/docs/permissions.md',
    edits: (entity, text) => {
      const rows = permissionRows(entity);
      if (!entity.isScoped) return [[/\n*$/, `\n${rows}`]];
      const isFirst = !text.includes(scopedTable);
      return [
        ...(isFirst
          ? ([
              [/(?=## Without a scope)/, organisationSection],
              [/\n*$/, `\n${organisationRows}`],
            ] as Edit[])
          : []),
        [/(## Within `organisationId`\n\n(?:\|.*\n)+)/, `$1${rows}`],
      ];
    },
  },
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

/**
 * Adds an entity to the text of a file.
 *
 * @throws UsageError if the file has been changed so that an edit does not match
 */
export function register(entity: Entity, { path, edits }: Registration, text: string): string {
  return edits(entity, text).reduce((changed, [pattern, replacement]) => {
    if (pattern.test(changed)) return changed.replace(pattern, replacement);
    if (path.endsWith('.md')) return changed;
    throw new UsageError(`${entity.many.camel} cannot be added to ${path}, because nothing in it matches ${pattern}`);
  }, text);
}
