import type { Entity } from '../entity.js';
import type { Field } from '../field.js';
import { changedField, exampleFields, indexedFields, sampleOf, spoken, uniqueFields } from './vocabulary.js';

/** `apps/client/examples/products.ts` */
export function clientExample(entity: Entity): string {
  const { one, many } = entity;
  const [unique] = uniqueFields(entity);
  const [indexed] = indexedFields(entity);
  const changed = changedField(entity);
  const given = exampleFields(entity).map(
    (field) => `${field.name}: ${field.isUnique ? ofThisRun(field) : sampleOf(field)}`,
  );
  return `
import { createApiClient, isApiError } from '@aws-starter-kit/client';

const { API_URL = 'http://127.0.0.1:3000', API_TOKEN } = process.env;
const api = createApiClient({ url: API_URL, token: API_TOKEN });

const made = await api.${many.camel}.create.mutate({ ${given.join(', ')} });
console.log('made', made);
${
  unique
    ? `
const found = await api.${many.camel}.getBy${spoken(entity, unique)}.query({ ${unique.name}: made.${unique.name}${unique.isOptional ? ` ?? ${sampleOf(unique)}` : ''} });
console.log('found by its ${unique.name}', found.id === made.id);
`
    : ''
}
const { items } = await api.${many.camel}.${
    indexed
      ? `listBy${spoken(entity, indexed)}.query({ ${indexed.name}: ${sampleOf(indexed)}, order: 'desc', limit: 10 })`
      : `list.query({ order: 'desc', limit: 10 })`
  };
console.log('listed', items.length);

const data = { ${changed.name}: ${sampleOf(changed, true)} }${changed.type === 'enum' ? ' as const' : ''};
await api.${many.camel}.update.mutate({ id: made.id, data, expectedVersion: made.version });
try {
  await api.${many.camel}.update.mutate({ id: made.id, data, expectedVersion: made.version });
} catch (error) {
  if (!isApiError(error)) throw error;
  console.log('refused, since the ${one.words} has another version now:', error.data?.reason);
}

console.log('deleted', await api.${many.camel}.delete.mutate({ id: made.id }));
`;
}

/** So that the example can run twice at a time. */
const ofThisRun = ({ type, name }: Field) => (type === 'integer' ? 'Date.now()' : `\`${name}-\${Date.now()}\``);
