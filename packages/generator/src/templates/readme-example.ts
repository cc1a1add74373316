import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { capitalised } from '../names.js';
import {
  changedField,
  checkedParents,
  exampleFields,
  fieldLabel,
  sampleOf,
  takenError,
  uniqueFields,
} from './vocabulary.js';

/** The program at the beginning of the README, with its output. */
export function readmeExample(entity: Entity): string {
  const { one, many } = entity;
  const [unique] = uniqueFields(entity);
  const [index] = entity.indexes;
  const count = entity.indexes.length + 1;
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
await ensureTable({ tableName${count > 2 ? `, indexes: ${count}` : ''} });
${parents.map((id) => `await createDynamoClient().send(new PutCommand({ TableName: tableName, Item: { id: '${id}' } }));\n`).join('')}const ${many.camel} = new ${one.pascal}Service({ ${entity.isScoped ? `${scopeField}: 'acme', ` : ''}model: new ${one.pascal}Model({ tableName })${parents.length > 0 ? `, ${entity.parent?.one.camel}Model: new ${entity.parent?.one.pascal}Model({ tableName })` : ''} });

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
    index
      ? `${index.listName}(${sampleOf(index.partition, index.partition === changed)}, { limit: 20 })`
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
