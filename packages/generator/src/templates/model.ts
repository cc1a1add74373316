import { type Entity, scopeField } from '../entity.js';
import type { Field } from '../field.js';
import { joinWords } from '../names.js';
import type { Index } from '../read-indexes.js';
import { fieldLabel, isNumber, uniqueFields } from './vocabulary.js';

/** `src/product-model.ts`: the storage of an entity. */
export function model(entity: Entity): string {
  const { one, many, indexes } = entity;
  const unique = uniqueFields(entity);
  const parts = indexes.flatMap(sortKeyParts).join();
  const imports = [
    'DynamoModel',
    'generateUUID',
    'key',
    ...['firstOf', 'sortable'].filter((one) => parts.includes(one)),
  ];
  const labels = joinWords(unique.map((field) => fieldLabel(entity, field)));
  const storage = [
    `GSI1 lists all of them${entity.isScoped ? ' in an organisation' : ''}${indexes.length > 0 ? '; each further index lists those that share a value' : ''}.`,
    ...(unique.length > 0 ? [`Each ${labels} has a unique claim.`] : []),
  ];
  return `
import { ${imports.sort().join(', ')} } from '@aws-starter-kit/dynamo/model';
import type { ${one.pascal}Entity } from './${one.kebab}.js';

/** Stores ${many.words}. ${storage.join(' ')} */
export class ${one.pascal}Model extends DynamoModel<${one.pascal}Entity> {
  protected getEntityName(): string {
    return '${storedName(entity)}'; // stored ids begin with ${one.constant}#
  }

  protected generateId(): string {
    return generateUUID();
  }

  protected setGSIKeys(entity: ${one.pascal}Entity): void {
    entity.pk1 = ${entity.isScoped ? `key(entity)\`${one.constant}#\${'${scopeField}'}\`` : `'${one.constant}'`};
    entity.sk1 = key(entity)\`\${'createdAt'}\`;
${indexes.map((index) => keys(entity, index)).join('\n')}
  }
${
  unique.length > 0
    ? `
  protected override uniqueAttributes() {
    return [${unique.map(({ name }) => (entity.isScoped ? `['${scopeField}', '${name}']` : `'${name}'`)).join(', ')}] as const;
  }
`
    : ''
}}
`;
}

/** `Order_Item`: the name of the entity, which ids contain in upper case. */
const storedName = ({ one }: Entity) => one.pascal.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_');

function keys(entity: Entity, index: Index): string {
  const { number, partition } = index;
  const optional = optionalFields(index).map(({ name }) => name);
  const comment = optional.length > 0 ? ` // without ${joinWords(optional, 'or')}, not in this index` : '';
  const sk = sortKeyParts(index).map((part) => `\${${part}}`);
  return `    entity.pk${number} = key(entity)\`${partitionPrefix(entity, partition)}${entity.isScoped ? `\${'${scopeField}'}#` : ''}\${'${partition.name}'}\`;${comment}
    entity.sk${number} = key(entity)\`${sk.join('#')}\`;`;
}

/** `PRODUCT#CATEGORY#`: the text of a partition key before the value of its field. */
export const partitionPrefix = (entity: Entity, field: Field): string =>
  `${entity.one.constant}#${fieldLabel(entity, field).replaceAll(' ', '_').toUpperCase()}#`;

/** The fields without which an entity is left out of an index. */
export const optionalFields = ({ partition, order }: Index): Field[] =>
  [partition, ...order].filter(({ name, isOptional }) => isOptional && name !== 'updatedAt');

function sortKeyParts({ order }: Index): string[] {
  const parts = order.map((field) => {
    if (field.name === 'updatedAt') return "firstOf('updatedAt', 'createdAt')"; // absent until the first update
    return isNumber(field) ? `sortable('${field.name}')` : `'${field.name}'`;
  });
  return order.some(({ name }) => name === 'createdAt') ? parts : [...parts, "'createdAt'"];
}
