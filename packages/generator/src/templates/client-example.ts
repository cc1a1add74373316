import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { changedField, displayName, exampleFields, sampleOf, uniqueFields } from './vocabulary.js';

/** `apps/client/examples/products.ts` */
export function clientExample(entity: Entity): string {
  const { one, many } = entity;
  const [unique] = uniqueFields(entity);
  const [index] = entity.indexes;
  const changed = changedField(entity);
  const within = entity.isScoped ? `${scopeField}, ` : '';
  const given = exampleFields(entity).map(
    (field) => `${field.name}: ${field.isUnique ? uniqueValue(field) : sampleOf(field)}`,
  );
  return `
import { createApiClient, isApiError } from '@aws-starter-kit/client';

const { API_URL = 'http://127.0.0.1:3000', API_TOKEN } = process.env;
const api = createApiClient({ url: API_URL, token: API_TOKEN });

${entity.isScoped ? `const { id: ${scopeField} } = await api.organisations.create.mutate({ name: 'Example' });\n` : ''}const created = await api.${many.camel}.create.mutate({ ${within}${given.join(', ')} });
console.log('created', created);
${
  unique
    ? `
const found = await api.${many.camel}.getBy${displayName(entity, unique)}.query({ ${within}${unique.name}: created.${unique.name} ?? ${sampleOf(unique)} });
console.log('found by ${unique.name}', found.id === created.id);
`
    : ''
}
const { items } = await api.${many.camel}.${
    index
      ? `list${index.listName}.query({ ${within}${index.partition.name}: ${sampleOf(index.partition)}, limit: 10 })`
      : `list.query({ ${within}order: 'desc', limit: 10 })`
  };
console.log('listed', items.length);

const data = { ${changed.name}: ${sampleOf(changed, true)} }${changed.type === 'enum' ? ' as const' : ''};
await api.${many.camel}.update.mutate({ ${within}id: created.id, data, expectedVersion: created.version });
try {
  await api.${many.camel}.update.mutate({ ${within}id: created.id, data, expectedVersion: created.version });
} catch (error) {
  if (!isApiError(error)) throw error;
  console.log('rejected, because the ${one.words} has a new version:', error.data?.reason);
}

console.log('deleted', await api.${many.camel}.delete.mutate({ ${within}id: created.id }));
`;
}

/** A unique value, so that the example can run more than once. */
const uniqueValue = ({ type, name }: Field) => (type === 'integer' ? 'Date.now()' : `\`${name}-\${Date.now()}\``);
