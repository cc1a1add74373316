import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised, joinWords, withArticle } from '../names.js';
import type { Index } from '../read-indexes.js';
import { markdownTable } from './markdown.js';
import { optionalFields, partitionPrefix } from './model.js';
import { readmeExample } from './readme-example.js';
import {
  changedField,
  displayName,
  fieldLabel,
  isInKey,
  maxStringLength,
  orderOf,
  sampleOf,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** `README.md` of the package. */
export function readme(entity: Entity): string {
  const { one, many } = entity;
  return `# @aws-starter-kit/${many.kebab}

${capitalised(many.words)} on DynamoDB: \`${one.pascal}Model\` (storage), \`${one.pascal}Service\` (rules) and their schemas.

${readmeExample(entity)}

## Fields

${fieldTable(entity)}

In older data, any field may be missing, and an enum may hold another text: reads give it as it is stored.

${entity.isScoped ? `Each ${one.words} belongs to one organisation: \`${scopeField}\`, which its service sets. No caller can change it.\n\n` : ''}The model manages four more: \`id\`, \`createdAt\`, \`updatedAt\` (absent until the first update) and \`version\` (from 1 up).

## ${one.pascal}Service

${methodTable(entity)}

${entity.isScoped ? `A service has the ${many.words} of one organisation. All others do not exist for it. ` : ''}${capitalised(withArticle(one.words))} that does not exist is \`null\` or \`false\`. Each method takes \`{ signal?, deadlineMs? }\` as
its last argument. Before it, lists take \`{ limit?, order?, cursor?, before?, filter?, maxScanned?, from?, to? }\`, as
[queries](../dynamo/docs/reading.md) do.

## Errors

${errorTable(entity)}

The other errors are those of [@aws-starter-kit/dynamo](../dynamo/README.md#errors).

## In the table

${capitalised(withArticle(one.words))} has the id \`${one.constant}#<uuid>\` and these keys:

${keyTable(entity)}
${leftOut(entity)}${claims(entity)}
## Over the API

The procedures \`${many.camel}.*\` are in [${many.kebab}-router.ts](../../apps/api/src/trpc/${many.kebab}-router.ts). Their permissions are \`${many.camel}:read\`,
\`${many.camel}:write\` and \`${many.camel}:admin\`. ${entity.isParentChecked ? '' : `There is an [example of a client](../../apps/client/examples/${many.kebab}.ts).`}

${entity.isScoped ? `- Each input has the \`${scopeField}\`. Callers need a role there: \`viewer\` to read, \`member\` to write, and \`admin\` to delete\n  many. See [within an organisation](../../apps/api/docs/reference.md#within-an-organisation).\n` : ''}- Lists take a \`filter\`, such as \`{ ${filterExample(entity)} }\`, with the tests of
  [fields](../fields/README.md). A filtered page reads at most 1,000 ${many.words}, so it can have fewer than \`limit\`, and
  still a \`nextCursor\`.
- \`{ direction: 'backward', cursor: prevCursor }\` reads the page before, as \`useInfiniteQuery\` does.
`;
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
      [field.isOptional && 'optional', field.isUnique && 'unique', isInKey(entity, field) && 'indexed']
        .filter(Boolean)
        .join(', '),
    ]),
  ]);
}

function methodTable(entity: Entity): string {
  const { one, many } = entity;
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
    [`\`list${many.pascal}()\``, 'a page in order of creation', '`Query` of GSI1'],
    [`\`list${many.pascal}CreatedSince(since)\``, 'the same, from a time on', '`Query` of GSI1'],
    ...entity.indexes.map((index) => [
      `\`list${many.pascal}${index.listName}(${index.partition.name})\``,
      `a page ${orderOf(entity, index)}`,
      `\`Query\` of GSI${index.number}`,
    ]),
    [
      `\`count${many.pascal}({ atMost? })\``,
      'the number, or `atMost`; costs as much as reading those',
      '`Query` of GSI1',
    ],
    [
      `\`create${one.pascal}(data)\``,
      `the new ${one.words}`,
      write || entity.isParentChecked ? '`TransactWriteItems`' : '`PutItem`',
    ],
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

/** One request, unless a field with an index key, a claim or a parent that is checked changes. */
function updateRequests(entity: Entity): string {
  const { fields, isParentChecked } = entity;
  const inTransactions = fields.filter(({ isUnique, type }) => isUnique || (isParentChecked && type === 'reference'));
  const inKeys = fields.filter((field) => isInKey(entity, field) && !inTransactions.includes(field));
  const readsAlways = isOrderedByChange(entity);
  const names = (some: readonly Field[]) => some.map(({ name }) => `\`${name}\``).join(', ');
  return [
    readsAlways ? '`GetItem`, `UpdateItem`' : '`UpdateItem`',
    ...(inKeys.length > 0 && !readsAlways ? [`for ${names(inKeys)} after a \`GetItem\``] : []),
    ...(inTransactions.length > 0 ? [`for ${names(inTransactions)}, \`GetItem\` and \`TransactWriteItems\``] : []),
  ].join('; ');
}

/** Each update changes a key then. */
const isOrderedByChange = ({ indexes }: Entity) =>
  indexes.some(({ order }) => order.some(({ name }) => name === 'updatedAt'));

function keyTable(entity: Entity): string {
  const { one, many, indexes, isScoped } = entity;
  const sk = ({ order }: Index) =>
    [...new Set([...order.map(({ name }) => name), 'createdAt'])].map((name) => `<${name}>`);
  return markdownTable([
    ['index', 'partition key', 'sort key', 'listed by'],
    ['GSI1', `\`${one.constant}${isScoped ? `#<${scopeField}>` : ''}\``, '`<createdAt>`', `\`list${many.pascal}\``],
    ...indexes.map((index) => [
      `GSI${index.number}`,
      `\`${partitionPrefix(entity, index.partition)}${isScoped ? `<${scopeField}>#` : ''}<${index.partition.name}>\``,
      `\`${sk(index).join('#')}\``,
      `\`list${many.pascal}${index.listName}\``,
    ]),
  ]);
}

function leftOut(entity: Entity): string {
  const sentences = entity.indexes.flatMap((index) => {
    const names = optionalFields(index).map(({ name }) => `\`${name}\``);
    return names.length > 0
      ? [`Without ${joinWords(names, 'or')}, ${withArticle(entity.one.words)} is not in GSI${index.number}.`]
      : [];
  });
  if (isOrderedByChange(entity)) sentences.push('Until the first update, `createdAt` stands for `updatedAt`.');
  return sentences.length > 0 ? `\n${sentences.join(' ')}\n` : '';
}

function claims(entity: Entity): string {
  const ids = uniqueFields(entity).map(({ name }) =>
    entity.isScoped
      ? `\`UNIQUE#${entity.one.constant}#${scopeField}+${name}#["<${scopeField}>","<${name}>"]\``
      : `\`UNIQUE#${entity.one.constant}#${name}#<${name}>\``,
  );
  return ids.length > 0 ? `\nIts unique claims have the ids ${joinWords(ids)}.\n` : '';
}

function filterExample(entity: Entity): string {
  const field = changedField(entity);
  return `${field.name}: ${field.type === 'boolean' ? sampleOf(field) : `{ in: [${sampleOf(field)}] }`}`;
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
