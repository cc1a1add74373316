import type { Entity } from '../entity.js';
import { joinWords } from '../names.js';
import { fieldLabel, indexedFields, isNumber, uniqueFields, unprefixedId } from './vocabulary.js';

/** `src/product-model.ts`: the storage of an entity. */
export function model(entity: Entity): string {
  const { one, many, gsi1, gsi2 } = entity;
  const unique = uniqueFields(entity);
  const indexed = indexedFields(entity);
  const storage = [
    gsi1 && `GSI1 lists them by ${fieldLabel(entity, gsi1)}`,
    gsi2 ? `GSI2 orders them by ${fieldLabel(entity, gsi2)}` : 'GSI2 orders them by time of creation',
    unique.length > 0 && `each ${joinWords(unique.map((field) => fieldLabel(entity, field)))} has a unique claim`,
  ].filter((text) => typeof text === 'string');
  return `
import { DynamoModel, generateUUID${gsi2 && isNumber(gsi2) ? ', sortableNumber' : ''} } from '@aws-starter-kit/dynamo';
import { ${gsi1?.type === 'reference' ? `${unprefixedId(entity.parent)}, ` : ''}type ${one.pascal}Entity } from './${one.kebab}.js';

/** The partition of all ${many.words} in GSI2. */
export const ${one.camel}Partition = '${one.constant}';
${
  gsi1
    ? `
/** Returns the partition of GSI1 with the ${many.words} of one ${fieldLabel(entity, gsi1)}. */
export const ${partitionOf(entity)} = (${gsi1.name}: ${one.pascal}Entity['${gsi1.name}']) => \`${one.constant}#${keyPart(entity, gsi1)}#\${${gsi1.type === 'reference' ? `${unprefixedId(entity.parent)}(${gsi1.name})` : gsi1.name}}\`;
`
    : ''
}${
  gsi2
    ? `
/** Returns the beginning of the sort keys in GSI2 for one ${fieldLabel(entity, gsi2)}. */
export const ${prefixOf(entity)} = (${gsi2.name}: ${one.pascal}Entity['${gsi2.name}']) => \`${keyPart(entity, gsi2)}#\${${isNumber(gsi2) ? `sortableNumber(${gsi2.name})` : gsi2.name}}#CREATED#\`;
`
    : ''
}
/** Stores ${many.words}: ${joinWords(storage)}. */
export class ${one.pascal}Model extends DynamoModel<${one.pascal}Entity> {
  protected getEntityName(): string {
    return '${storedName(entity)}'; // stored ids begin with ${one.constant}#
  }

  protected generateId(): string {
    return generateUUID();
  }

  protected setGSIKeys(entity: ${one.pascal}Entity, now: string): void {
    ${
      gsi1
        ? `entity.pk1 = ${partitionOf(entity)}(entity.${gsi1.name});
    entity.sk1 = \`CREATED#\${now}\`;`
        : ''
    }
    entity.pk2 = ${one.camel}Partition;
    entity.sk2 = \`${gsi2 ? `\${${prefixOf(entity)}(entity.${gsi2.name})}` : 'CREATED#'}\${now}\`;
  }
${
  unique.length > 0
    ? `
  protected override uniqueAttributes() {
    return [${unique.map(({ name }) => `'${name}'`).join(', ')}] as const;
  }
`
    : ''
}
  protected override indexedAttributes() {
    return [${indexed.map(({ name }) => `'${name}'`).join(', ')}] as const;
  }
}
`.replace(/\n\s*\n\s*entity\.pk2/, '\n    entity.pk2');
}

/** `Order_Item`: the name of the entity, which ids contain in upper case. */
const storedName = ({ one }: Entity) => one.pascal.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_');

/** `CATEGORY`: the name of a field in keys. */
export const keyPart = (entity: Entity, field: NonNullable<Entity['gsi1']>) =>
  fieldLabel(entity, field).replaceAll(' ', '_').toUpperCase();

/** `categoryPartition`: the function that returns a partition of GSI1. */
export const partitionOf = (entity: Entity): string => `${entity.gsi1?.name}Partition`;

/** `statusPrefix`: the function that returns the beginning of sort keys in GSI2. */
export const prefixOf = (entity: Entity): string => `${entity.gsi2?.name}Prefix`;
