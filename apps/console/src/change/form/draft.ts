import { choiceText } from './choice-text.js';
import type { FieldSpec } from './field-spec.js';

/** What a form holds of one value: as it is typed, whether it is valid or not. */
export type Draft =
  | { readonly is: 'absent' }
  | { readonly is: 'null' }
  /** Of a text, a number, a date, a date-time and a choice. */
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'list'; readonly elements: readonly ElementDraft[] }
  | { readonly is: 'record'; readonly entries: readonly EntryDraft[] }
  /** `rest` has the properties that the schema does not name. */
  | {
      readonly is: 'object';
      readonly fields: Readonly<Record<string, Draft>>;
      readonly rest: Readonly<Record<string, unknown>>;
    }
  | { readonly is: 'json'; readonly text: string };

export interface ElementDraft {
  /** Stays the same while the element is edited or moved. */
  readonly key: number;
  readonly draft: Draft;
}
export interface EntryDraft extends ElementDraft {
  readonly name: string;
}

export const absent: Draft = { is: 'absent' };

let lastKey = 0;
/** Returns the key of a new element. */
export const newElementKey = (): number => ++lastKey;

/** Returns the draft of a value. A value that its input cannot hold, such as a number in a text, is edited as JSON. */
export function draftOf(spec: FieldSpec, value: unknown): Draft {
  if (value === undefined) return absent;
  if (value === null) return { is: 'null' };
  return draftOfKind(spec, value) ?? { is: 'json', text: JSON.stringify(value, null, 2) };
}

function draftOfKind({ kind, options, element, fields, schema }: FieldSpec, value: unknown): Draft | undefined {
  switch (kind) {
    case 'text':
    case 'longText':
    case 'date':
    case 'dateTime':
      return typeof value === 'string' ? { is: 'text', text: value } : undefined;
    case 'number':
      return typeof value === 'number' ? { is: 'text', text: String(value) } : undefined;
    case 'choice':
      return options.includes(value) ? { is: 'text', text: choiceText(value) } : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? { is: 'boolean', value } : undefined;
    case 'list':
      if (!Array.isArray(value) || !element) return undefined;
      return { is: 'list', elements: value.map((one) => ({ key: newElementKey(), draft: draftOf(element, one) })) };
    case 'record':
      if (!isObject(value) || !element) return undefined;
      return {
        is: 'record',
        entries: Object.entries(value).map(([name, one]) => ({
          key: newElementKey(),
          name,
          draft: draftOf(element, one),
        })),
      };
    case 'object': {
      if (!isObject(value)) return undefined;
      const names = Object.keys(schema.properties ?? {});
      const own = fields.map(({ name, spec }) => [name, draftOf(spec, ownValue(value, name))] as const);
      const rest = Object.entries(value).filter(([name]) => !names.includes(name));
      return { is: 'object', fields: Object.fromEntries(own), rest: Object.fromEntries(rest) };
    }
    case 'json':
      return undefined;
  }
}

/** Returns the draft of a value that has not been entered yet. */
export function emptyDraft(spec: FieldSpec, isRequired: boolean): Draft {
  if (spec.schema.default !== undefined) return draftOf(spec, spec.schema.default);
  if (!isRequired) return absent;
  switch (spec.kind) {
    case 'boolean':
      return { is: 'boolean', value: false };
    case 'list':
      return { is: 'list', elements: [] };
    case 'record':
      return { is: 'record', entries: [] };
    case 'object': {
      const fields = spec.fields.map((field) => [field.name, emptyField(field.spec, field.isRequired)] as const);
      return { is: 'object', fields: Object.fromEntries(fields), rest: {} };
    }
    case 'json':
      return { is: 'json', text: '' };
    case 'choice':
      return { is: 'text', text: spec.options.length === 1 ? choiceText(spec.options[0]) : '' };
    default:
      return { is: 'text', text: '' };
  }
}

/**
 * Returns the draft of a property or an attribute that has not been entered yet. A text that nobody has typed is
 * missing: only one that was emptied is an empty text, which a schema may allow.
 */
export const emptyField = (spec: FieldSpec, isRequired: boolean): Draft =>
  spec.schema.default === undefined && (spec.kind === 'text' || spec.kind === 'longText')
    ? absent
    : emptyDraft(spec, isRequired);

/** Returns a property of its own; undefined for one that all objects have, such as `constructor`. */
export const ownValue = <T>(object: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
