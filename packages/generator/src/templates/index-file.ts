import type { Entity } from '../entity.js';
import { takenError, uniqueFields, valuesName } from './vocabulary.js';

/** `src/index.ts` */
export function indexFile(entity: Entity): string {
  const { one, fields } = entity;
  const enums = fields.filter(({ type }) => type === 'enum').map(valuesName);
  const taken = uniqueFields(entity).map(takenError);
  return `
export { InvalidInputError } from '@aws-starter-kit/dynamo/model';
${taken.length > 0 ? `export { ${taken.join(', ')} } from './errors.js';\n` : ''}export { ${[
    ...enums,
    `type Create${one.pascal}`,
    `create${one.pascal}Schema`,
    `type ${one.pascal}`,
    `type ${one.pascal}Entity`,
    `${one.camel}FilterSchema`,
    `${one.camel}Schema`,
    `type Update${one.pascal}`,
    `update${one.pascal}Schema`,
  ].join(', ')} } from './${one.kebab}.js';
export { ${one.pascal}Model } from './${one.kebab}-model.js';
export { ${one.pascal}Service, type ${one.pascal}ServiceOptions${entity.isScoped ? '' : `, ${one.camel}Service`} } from './${one.kebab}-service.js';
`;
}
