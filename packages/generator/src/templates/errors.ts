import type { Entity } from '../entity.js';
import { capitalised } from '../names.js';
import { fieldLabel, takenError, typeOf, uniqueFields } from './vocabulary.js';

/** `src/errors.ts`: one error for each unique field, so undefined without any. */
export function errors(entity: Entity): string | undefined {
  const { one } = entity;
  const taken = uniqueFields(entity).map(
    (field) => `
/** Another ${one.words} already has this ${fieldLabel(entity, field)}. */
export class ${takenError(field)} extends Error {
  override readonly name = '${takenError(field)}';
  readonly code = 'VALUE_TAKEN';
  readonly attribute = '${field.name}';
  readonly value: ${typeOf(field)};
  constructor(value: ${typeOf(field)}, options?: ErrorOptions) {
    super(\`${capitalised(one.words)} with ${fieldLabel(entity, field)} \${value} already exists\`, options);
    this.value = value;
  }
}
`,
  );
  return taken.length > 0 ? taken.join('') : undefined;
}
