import type { Entity } from '../entity.js';
import { listed } from '../names.js';
import { bareId, indexedFields, said, uniqueFields } from './vocabulary.js';

/** `src/product-model.ts`: how an entity is stored. */
export function model(entity: Entity): string {
  const { one, many, gsi1, gsi2 } = entity;
  const unique = uniqueFields(entity);
  const indexed = indexedFields(entity);
  const storage = [
    gsi1 && `GSI1 by ${said(entity, gsi1)}`,
    gsi2 ? `GSI2 by ${said(entity, gsi2)}` : 'GSI2 by time of creation',
    unique.length > 0 && `a claim on each ${listed(unique.map((field) => said(entity, field)))}`,
  ].filter(Boolean);
  return `
import { DynamoModel, generateUUID } from '@aws-starter-kit/dynamo';
import { ${gsi1?.type === 'reference' ? `${bareId(entity.parent)}, ` : ''}type ${one.pascal}Entity } from './${one.kebab}.js';

/** All ${many.words} stand in one partition of GSI2. */
export const ${one.camel}Partition = '${one.constant}';
${
  gsi1
    ? `
/** The partition of GSI1 with the ${many.words} of one ${said(entity, gsi1)}. */
export const ${partitionOf(entity)} = (${gsi1.name}: ${one.pascal}Entity['${gsi1.name}']) => \`${one.constant}#${keyPart(entity, gsi1)}#\${${gsi1.type === 'reference' ? `${bareId(entity.parent)}(${gsi1.name})` : gsi1.name}}\`;
`
    : ''
}${
  gsi2
    ? `
/** What the sort keys in GSI2 of one ${said(entity, gsi2)} begin with. */
export const ${prefixOf(entity)} = (${gsi2.name}: ${one.pascal}Entity['${gsi2.name}']) => \`${keyPart(entity, gsi2)}#\${${gsi2.name}}#CREATED#\`;
`
    : ''
}
/** Storage of ${many.words}: ${storage.join(', ')}. */
export class ${one.pascal}Model extends DynamoModel<${one.pascal}Entity> {
  protected getEntityName(): string {
    return '${storedName(entity)}'; // ids are stored as ${one.constant}#…
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

/** `Order_Item`: the entity's name with its words apart, since ids have it in capitals. */
const storedName = ({ one }: Entity) => one.pascal.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_');

/** `CATEGORY`: what a field is called in keys. */
export const keyPart = (entity: Entity, field: NonNullable<Entity['gsi1']>) =>
  said(entity, field).replaceAll(' ', '_').toUpperCase();

/** `categoryPartition`: the function that names the partition of GSI1. */
export const partitionOf = (entity: Entity): string => `${entity.gsi1?.name}Partition`;

/** `statusPrefix`: the function that names the start of sort keys in GSI2. */
export const prefixOf = (entity: Entity): string => `${entity.gsi2?.name}Prefix`;
