import { checkValue } from '../form/check-value.js';
import { choiceLabel } from '../form/choice-text.js';
import { ownValue } from '../form/draft.js';
import type { FieldSpec, NamedField } from '../form/field-spec.js';
import { problemSink } from '../form/problems.js';
import type { SourceRow } from './source-row.js';

/** The attribute of each column; columns without one are ignored. */
export type ColumnMapping = Readonly<Record<string, string | undefined>>;

/** Guesses the attribute of each column by its name: `E-mail` is `email`. */
export function guessMapping(columns: readonly string[], fields: readonly NamedField[]): ColumnMapping {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const taken = new Set<string>();
  const entries = columns.map((column) => {
    const field = fields.find(
      ({ name, label }) => !taken.has(name) && [name, label].some((one) => plain(one) === plain(column)),
    );
    if (field) taken.add(field.name);
    return [column, field?.name] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns the input by which a row is created, and what its schema says against it: `email: Must not be empty`. */
export function rowInput(
  { values, problem }: SourceRow,
  { fields, mapping, isJson }: { fields: readonly NamedField[]; mapping: ColumnMapping; isJson: boolean },
): { input: Record<string, unknown>; problems: readonly string[] } {
  if (problem !== undefined) return { input: {}, problems: [problem] };
  const sink = problemSink();
  const columns = new Map(Object.entries(mapping).map(([column, name]) => [name, column]));
  const entries = fields.flatMap(({ name, spec, isRequired }) => {
    const column = columns.get(name);
    const cell = column === undefined ? undefined : ownValue(values, column);
    const value = isJson ? jsonValue(spec, cell) : cellValue(spec, String(cell ?? ''));
    if (value === undefined) {
      if (isRequired) sink.add(name, 'Required');
      return [];
    }
    if (value !== null) checkValue(spec.schema, value, name, sink);
    return [[name, value] as const];
  });
  const problems = Object.entries(sink.found).map(([path, texts]) => `${path}: ${texts.join(', ')}`);
  return { input: Object.fromEntries(entries), problems };
}

/** null stands for a value that is missing, where the schema does not allow it. */
const jsonValue = (spec: FieldSpec, value: unknown): unknown =>
  value === null && !spec.isNullable ? undefined : value;

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
};

/** Returns the value of a cell; undefined for an empty one. What is not of the right kind stays a text, for the check to find. */
function cellValue({ kind, options }: FieldSpec, text: string): unknown {
  if (text === '') return undefined;
  switch (kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return ownValue(booleans, text.trim().toLowerCase()) ?? text;
    case 'choice':
      return options.find((one) => choiceLabel(one) === text) ?? text;
    case 'list':
    case 'record':
    case 'object':
    case 'json':
      return jsonOf(text);
    default:
      return text;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
