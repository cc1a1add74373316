import type { Entity } from '../entity.js';
import { invalidError, said, takenError, typeOf, uniqueFields } from './vocabulary.js';

/** `src/errors.ts`: what a caller can act on. */
export function errors(entity: Entity): string {
  const { one } = entity;
  const taken = uniqueFields(entity).map(
    (field) => `
/** Another ${one.words} already has this ${said(entity, field)}. */
export class ${takenError(field)} extends Error {
  override readonly name = '${takenError(field)}';
  readonly code = 'VALUE_TAKEN';
  readonly attribute = '${field.name}';
  readonly value: ${typeOf(field)};
  constructor(value: ${typeOf(field)}, options?: ErrorOptions) {
    super(\`${one.words.charAt(0).toUpperCase()}${one.words.slice(1)} with ${said(entity, field)} \${value} already exists\`, options);
    this.value = value;
  }
}
`,
  );
  return `${taken.join('')}
/** What was given is no ${one.words}, or no change of one. Nothing was written. */
export class ${invalidError(entity)} extends Error {
  override readonly name = '${invalidError(entity)}';
  readonly code = 'INVALID_${one.constant}';
  /** What is wrong, by field. */
  readonly fieldErrors: Record<string, string[]>;
  constructor(fieldErrors: Record<string, string[]>, options?: ErrorOptions) {
    const list = Object.entries(fieldErrors).map(([field, texts]) => \`\${field}: \${texts.join(', ')}\`);
    super(\`Invalid ${one.words} (\${list.join('; ')})\`, options);
    this.fieldErrors = fieldErrors;
  }
}
`;
}
