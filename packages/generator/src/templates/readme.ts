import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { withArticle } from '../names.js';
import { markdownTable } from './markdown.js';
import { keyPart } from './model.js';
import {
  changedField,
  exampleFields,
  indexedFields,
  invalidError,
  maxStringLength,
  said,
  sampleOf,
  spoken,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** `README.md` of the package. */
export function readme(entity: Entity): string {
  const { one, many } = entity;
  return `# @aws-starter-kit/${many.kebab}

${many.words.charAt(0).toUpperCase()}${many.words.slice(1)} on DynamoDB: \`${one.pascal}Model\` (storage), \`${one.pascal}Service\` (rules), schemas.

${example(entity)}

## Fields

${fieldTable(entity)}

Beside these, and managed by the model, each has \`id\`, \`createdAt\`, \`updatedAt\` (absent until the first update) and \`version\` (from 1 up).

## ${one.pascal}Service

${methodTable(entity)}

What is not found is \`null\`, or \`false\`. Each method takes \`{ signal?, deadlineMs? }\` last; lists take \`{ limit?, cursor?, order? }\` before it.

## Errors

${errorTable(entity)}

All others are those of [@aws-starter-kit/dynamo](../dynamo/README.md#errors), untouched.

## In the table

${itemTable(entity)}

## Over the API

\`${many.camel}.*\` in [${many.kebab}-router.ts](../../apps/api/src/${many.kebab}-router.ts): \`${many.camel}:read\`, \`${many.camel}:write\` and \`${many.camel}:admin\` are the permissions. A caller is
[shown in an example](../../apps/client/examples/${many.kebab}.ts).
`;
}

function example(entity: Entity): string {
  const { one, many } = entity;
  const [unique] = uniqueFields(entity);
  const [indexed] = indexedFields(entity);
  const changed = changedField(entity);
  const data = exampleFields(entity).map((field) => `${field.name}: ${sampleOf(field)}`);
  const text = (field: Field, other = false) => sampleOf(field, other).replaceAll("'", '');
  return `\`\`\`ts
import { ensureTable } from '@aws-starter-kit/dynamo';
import { ${[`${one.pascal}Model`, `${one.pascal}Service`, unique && takenError(unique)].filter(Boolean).join(', ')} } from '@aws-starter-kit/${many.kebab}';

const tableName = \`${many.kebab}-\${Date.now()}\`;
await ensureTable({ tableName });
const ${many.camel} = new ${one.pascal}Service({ model: new ${one.pascal}Model({ tableName }) });

const data = { ${data.join(', ')} }${data.some((one) => /: '/.test(one)) && entity.fields.some(({ type }) => type === 'enum') ? ' as const' : ''};
const made = await ${many.camel}.create${one.pascal}(data);
console.log(made.${changed.name}, made.version);
${
  unique
    ? `
try {
  await ${many.camel}.create${one.pascal}(data);
} catch (error) {
  if (!(error instanceof ${takenError(unique)})) throw error;
  console.log(error.message);
}
`
    : ''
}
const updated = await ${many.camel}.update${one.pascal}(made.id, { ${changed.name}: ${sampleOf(changed, true)} }, { expectedVersion: made.version });
console.log(updated?.${changed.name}, updated?.version);

const { items } = await ${many.camel}.list${many.pascal}${
    indexed
      ? `By${spoken(entity, indexed)}(${sampleOf(indexed, indexed === changed)}, { limit: 20 })`
      : '({ limit: 20 })'
  };
console.log(items.length, await ${many.camel}.delete${one.pascal}(made.id));
\`\`\`

Beside an engine, with \`AWS_ENDPOINT_URL\` and \`LOG_LEVEL=ERROR\` set, it prints:

\`\`\`text
${[
  `${exampleFields(entity).includes(changed) ? text(changed) : 'undefined'} 1`,
  ...(unique
    ? [
        `${one.words.charAt(0).toUpperCase()}${one.words.slice(1)} with ${said(entity, unique)} ${text(unique)} already exists`,
      ]
    : []),
  `${text(changed, true)} 2`,
  '1 true',
].join('\n')}
\`\`\``;
}

function fieldTable(entity: Entity): string {
  const kinds: Record<Field['type'], string> = {
    string: `1 to ${maxStringLength} characters, trimmed`,
    text: '1 to 10,000 characters, trimmed',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    datetime: 'an ISO 8601 date-time, stored in UTC',
    enum: '',
    reference: `the id of ${withArticle(entity.parent?.one.words ?? '')}; whether there is one is not looked at`,
  };
  return markdownTable([
    ['field', 'is', ''],
    ...entity.fields.map((field) => [
      `\`${field.name}\``,
      field.type === 'enum' ? field.values.map((value) => `\`${value}\``).join(', ') : kinds[field.type],
      [field.isOptional && 'optional', field.isUnique && 'unique', field.isIndexed && 'indexed']
        .filter(Boolean)
        .join(', '),
    ]),
  ]);
}

function methodTable(entity: Entity): string {
  const { one, many, gsi1, gsi2 } = entity;
  const unique = uniqueFields(entity);
  const write = unique.length > 0 ? '`TransactWriteItems`' : undefined;
  return markdownTable([
    ['method', 'is', 'requests'],
    [`\`get${one.pascal}ById(id)\``, 'strongly consistent', '`GetItem`'],
    [`\`get${many.pascal}ByIds(ids)\``, 'by position, strongly consistent', '`BatchGetItem`'],
    ...unique.map((field) => [
      `\`get${one.pascal}By${spoken(entity, field)}(${field.name})\``,
      'by the claim, strongly consistent',
      '2 `GetItem`',
    ]),
    [
      `\`list${many.pascal}()\``,
      gsi2 ? `a page by ${said(entity, gsi2)}, then creation` : 'a page in order of creation',
      '`Query` of GSI2',
    ],
    ...(gsi2
      ? [
          [
            `\`list${many.pascal}By${spoken(entity, gsi2)}(${gsi2.name})\``,
            'a page in order of creation',
            '`Query` of GSI2',
          ],
        ]
      : [[`\`list${many.pascal}CreatedAfter(after)\``, 'the same, after a time', '`Query` of GSI2']]),
    ...(gsi1
      ? [
          [
            `\`list${many.pascal}By${spoken(entity, gsi1)}(${gsi1.name})\``,
            'a page in order of creation',
            '`Query` of GSI1',
          ],
        ]
      : []),
    [`\`count${many.pascal}()\``, 'costs as much as reading all', '`Query` of GSI2'],
    [`\`create${one.pascal}(data)\``, '', write ?? '`PutItem`'],
    [`\`update${one.pascal}(id, data, { expectedVersion? })\``, 'what is left out stays', updateRequests(entity)],
    [
      `\`delete${one.pascal}(id, { expectedVersion? })\``,
      'true: it existed',
      write ? `\`GetItem\`, ${write}` : '`DeleteItem`',
    ],
    [
      `\`batchDelete${many.pascal}(ids)\``,
      'each failure by its id',
      write ? `\`BatchGetItem\`, ${write}` : '`BatchWriteItem`',
    ],
  ]);
}

/** One request, unless a field changes that has a claim or an index key. */
function updateRequests(entity: Entity): string {
  const unique = uniqueFields(entity);
  const read = [...unique, ...indexedFields(entity).filter((field) => !unique.includes(field))];
  return read.length > 0
    ? `\`UpdateItem\`; of ${read.map(({ name }) => `\`${name}\``).join(', ')} a \`GetItem\` before`
    : '`UpdateItem`';
}

function itemTable(entity: Entity): string {
  const { one, gsi1, gsi2 } = entity;
  const part = (field: Field) => keyPart(entity, field);
  return markdownTable([
    ['item', '`id`', 'GSI1 (`pk1`, `sk1`)', 'GSI2 (`pk2`, `sk2`)'],
    [
      one.words,
      `\`${one.constant}#<uuid>\``,
      gsi1 ? `\`${one.constant}#${part(gsi1)}#<${gsi1.name}>\`, \`CREATED#<createdAt>\`` : '',
      `\`${one.constant}\`, \`${gsi2 ? `${part(gsi2)}#<${gsi2.name}>#` : ''}CREATED#<createdAt>\``,
    ],
    ...uniqueFields(entity).map(({ name }) => ['claim', `\`UNIQUE#${one.constant}#${name}#<${name}>\``, '', '']),
  ]);
}

function errorTable(entity: Entity): string {
  return markdownTable([
    ['error', 'when', 'fields'],
    ...uniqueFields(entity).map((field) => [
      `\`${takenError(field)}\``,
      `another one has this ${said(entity, field)}`,
      '`attribute`, `value`',
    ]),
    [`\`${invalidError(entity)}\``, `what was given is no ${entity.one.words}, or no change of one`, '`fieldErrors`'],
  ]);
}
