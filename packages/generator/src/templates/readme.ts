import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised, withArticle } from '../names.js';
import { markdownTable } from './markdown.js';
import { keyPart } from './model.js';
import {
  changedField,
  checkedParents,
  displayName,
  exampleFields,
  fieldLabel,
  indexedFields,
  maxStringLength,
  sampleOf,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** `README.md` of the package. */
export function readme(entity: Entity): string {
  const { one, many } = entity;
  return `# @aws-starter-kit/${many.kebab}

${capitalised(many.words)} on DynamoDB: \`${one.pascal}Model\` (storage), \`${one.pascal}Service\` (rules) and their schemas.

${example(entity)}

## Fields

${fieldTable(entity)}

In older data, any field may be missing, and an enum may hold another text: reads give it as it is stored.

The model manages four more: \`id\`, \`createdAt\`, \`updatedAt\` (absent until the first update) and \`version\` (from 1 up).

## ${one.pascal}Service

${methodTable(entity)}

${capitalised(withArticle(one.words))} that does not exist is \`null\` or \`false\`. Each method takes \`{ signal?, deadlineMs? }\` as its last argument, and lists take \`{ limit?, cursor?, order? }\` before it.

## Errors

${errorTable(entity)}

The other errors are those of [@aws-starter-kit/dynamo](../dynamo/README.md#errors).

## In the table

${itemTable(entity)}

## Over the API

The procedures \`${many.camel}.*\` are in [${many.kebab}-router.ts](../../apps/api/src/trpc/${many.kebab}-router.ts). Their permissions are \`${many.camel}:read\`,
\`${many.camel}:write\` and \`${many.camel}:admin\`.${entity.isParentChecked ? '' : ` There is an [example of a client](../../apps/client/examples/${many.kebab}.ts).`}
`;
}

function example(entity: Entity): string {
  const { one, many } = entity;
  const [unique] = uniqueFields(entity);
  const [indexed] = indexedFields(entity);
  const changed = changedField(entity);
  const parents = checkedParents(entity);
  const data = exampleFields(entity).map(
    (field) => `${field.name}: ${sampleOf(field)}${field.type === 'enum' ? ' as const' : ''}`,
  );
  const text = (field: Field, other = false) => sampleOf(field, other).replaceAll("'", '');
  return `\`\`\`ts
${parents.length > 0 ? "import { PutCommand } from '@aws-sdk/lib-dynamodb';\n" : ''}import { ${parents.length > 0 ? 'createDynamoClient, ' : ''}ensureTable } from '@aws-starter-kit/dynamo';
import { ${[`${one.pascal}Model`, `${one.pascal}Service`, unique && takenError(unique)].filter(Boolean).join(', ')} } from '@aws-starter-kit/${many.kebab}';
${parents.length > 0 ? `import { ${entity.parent?.one.pascal}Model } from '@aws-starter-kit/${entity.parent?.many.kebab}';\n` : ''}
const tableName = \`${many.kebab}-\${Date.now()}\`;
await ensureTable({ tableName });
${parents.map((id) => `await createDynamoClient().send(new PutCommand({ TableName: tableName, Item: { id: '${id}' } }));\n`).join('')}const ${many.camel} = new ${one.pascal}Service({ model: new ${one.pascal}Model({ tableName })${parents.length > 0 ? `, ${entity.parent?.one.camel}Model: new ${entity.parent?.one.pascal}Model({ tableName })` : ''} });

const data = { ${data.join(', ')} };
const created = await ${many.camel}.create${one.pascal}(data);
console.log(created.${changed.name}, created.version);
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
const updated = await ${many.camel}.update${one.pascal}(created.id, { ${changed.name}: ${sampleOf(changed, true)} }, { expectedVersion: created.version });
console.log(updated?.${changed.name}, updated?.version);

const { items } = await ${many.camel}.list${many.pascal}${
    indexed
      ? `By${displayName(entity, indexed)}(${sampleOf(indexed, indexed === changed)}, { limit: 20 })`
      : '({ limit: 20 })'
  };
console.log(items.length, await ${many.camel}.delete${one.pascal}(created.id));
\`\`\`

With an engine at \`AWS_ENDPOINT_URL\` and \`LOG_LEVEL=ERROR\`, it prints:

\`\`\`text
${[
  `${exampleFields(entity).includes(changed) ? text(changed) : 'undefined'} 1`,
  ...(unique ? [`${capitalised(one.words)} with ${fieldLabel(entity, unique)} ${text(unique)} already exists`] : []),
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
    date: 'a calendar date, such as 2024-05-01',
    datetime: 'an ISO 8601 date-time, stored in UTC',
    list: 'up to 100 strings, in order',
    set: '1 to 100 different strings',
    map: 'up to 100 strings by name',
    enum: '',
    reference: `the id of ${withArticle(entity.parent?.one.words ?? '')}; ${entity.isParentChecked ? 'it must exist' : 'its existence is not checked'}`,
  };
  return markdownTable([
    ['field', 'value', ''],
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
    ['method', 'result', 'requests'],
    [`\`get${one.pascal}ById(id)\``, 'with strong consistency', '`GetItem`'],
    [`\`get${many.pascal}ByIds(ids)\``, 'by position, with strong consistency', '`BatchGetItem`'],
    ...unique.map((field) => [
      `\`get${one.pascal}By${displayName(entity, field)}(${field.name})\``,
      'by the claim, with strong consistency',
      '2 `GetItem`',
    ]),
    [
      `\`list${many.pascal}()\``,
      gsi2 ? `a page in order of ${fieldLabel(entity, gsi2)}, then of creation` : 'a page in order of creation',
      '`Query` of GSI2',
    ],
    ...(gsi2
      ? [
          [
            `\`list${many.pascal}By${displayName(entity, gsi2)}(${gsi2.name})\``,
            'a page in order of creation',
            '`Query` of GSI2',
          ],
        ]
      : [[`\`list${many.pascal}CreatedAfter(after)\``, 'the same, created after a time', '`Query` of GSI2']]),
    ...(gsi1
      ? [
          [
            `\`list${many.pascal}By${displayName(entity, gsi1)}(${gsi1.name})\``,
            'a page in order of creation',
            '`Query` of GSI1',
          ],
        ]
      : []),
    [
      `\`count${many.pascal}({ atMost? })\``,
      'the number, or `atMost`; costs as much as reading those',
      '`Query` of GSI2',
    ],
    [`\`create${one.pascal}(data)\``, `the new ${one.words}`, write ?? '`PutItem`'],
    [
      `\`update${one.pascal}(id, data, { expectedVersion? })\``,
      `the updated ${one.words}; absent fields stay as they are`,
      updateRequests(entity),
    ],
    [
      `\`delete${one.pascal}(id, { expectedVersion? })\``,
      'whether it existed',
      write ? `\`GetItem\`, ${write}` : '`DeleteItem`',
    ],
    [
      `\`batchDelete${many.pascal}(ids)\``,
      '`{ success, failed }`, each failure with its id',
      write ? `\`BatchGetItem\`, ${write}` : '`BatchExecuteStatement`',
    ],
  ]);
}

/** One request, unless a field with a claim or an index key changes. */
function updateRequests(entity: Entity): string {
  const unique = uniqueFields(entity);
  const read = [...unique, ...indexedFields(entity).filter((field) => !unique.includes(field))];
  return read.length > 0
    ? `\`UpdateItem\`; for ${read.map(({ name }) => `\`${name}\``).join(', ')} after a \`GetItem\``
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
      `another ${entity.one.words} has this ${fieldLabel(entity, field)}`,
      '`attribute`, `value`',
    ]),
    ['`InvalidInputError`', 'the input does not match its schema', '`fieldErrors`'],
  ]);
}
