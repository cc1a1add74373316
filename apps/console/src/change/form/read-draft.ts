import { checkValue } from './check-value.js';
import { type Draft, ownValue } from './draft.js';
import type { FieldSpec, NamedField } from './field-spec.js';
import { type ProblemSink, type Problems, pathTo, problemSink } from './problems.js';

/** Reads the values of a form. Absent ones are left out. */
export function readDrafts(
  fields: readonly NamedField[],
  drafts: Readonly<Record<string, Draft>>,
): { values: Record<string, unknown>; problems: Problems } {
  const sink = problemSink();
  const values = readFields(fields, drafts, '', sink);
  return { values, problems: sink.found };
}

/** Reads one value, and notes what is wrong with it. Returns undefined if it is absent, or cannot be read. */
export function readDraft(spec: FieldSpec, draft: Draft, path: string, sink: ProblemSink): unknown {
  const before = Object.keys(sink.found).length;
  const value = readUnchecked(spec, draft, path, sink);
  const isRead = Object.keys(sink.found).length === before;
  if (isRead && value !== undefined && value !== null) checkValue(spec.schema, value, path, sink);
  if (value === null && !spec.isNullable && draft.is === 'null') sink.add(path, 'Must not be null');
  return value;
}

function readUnchecked(spec: FieldSpec, draft: Draft, path: string, sink: ProblemSink): unknown {
  switch (draft.is) {
    case 'absent':
      return undefined;
    case 'null':
      return null;
    case 'boolean':
      return draft.value;
    case 'json':
      return readJson(draft.text, path, sink);
    case 'text':
      return readText(spec, draft.text, path, sink);
    case 'list':
      return draft.elements.map(({ draft: one }, index) =>
        spec.element ? readUnchecked(spec.element, one, pathTo(path, index), sink) : undefined,
      );
    case 'record': {
      const { element } = spec;
      const names = draft.entries.map(({ name }) => name);
      const entries = draft.entries.map(({ name, draft: one }, index) => {
        if (names.indexOf(name) < index)
          sink.add(pathTo(path, name), `There is another entry named ${name || 'with an empty name'}`);
        return [name, element && readUnchecked(element, one, pathTo(path, name), sink)] as const;
      });
      return Object.fromEntries(entries);
    }
    case 'object':
      return { ...draft.rest, ...readFields(spec.fields, draft.fields, path, sink, false) };
  }
}

function readFields(
  fields: readonly NamedField[],
  drafts: Readonly<Record<string, Draft>>,
  path: string,
  sink: ProblemSink,
  isChecked = true,
): Record<string, unknown> {
  const read = isChecked ? readDraft : readUnchecked;
  const entries = fields.map(({ name, spec, isRequired }) => {
    const own = pathTo(path, name);
    const value = read(spec, ownValue(drafts, name) ?? { is: 'absent' }, own, sink);
    if (value === undefined && isRequired && isChecked && !Object.hasOwn(sink.found, own)) sink.add(own, 'Required');
    return [name, value] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readText({ kind, schema }: FieldSpec, text: string, path: string, sink: ProblemSink): unknown {
  if (kind === 'text' || kind === 'longText') return text;
  if (text.trim() === '') {
    sink.add(path, kind === 'choice' ? 'Choose one' : 'Required');
    return undefined;
  }
  if (kind === 'date' || kind === 'dateTime') return text;
  if (kind === 'choice') return JSON.parse(text);
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  sink.add(path, schema.type === 'integer' ? 'Not a whole number' : 'Not a number, such as 12.5');
  return undefined;
}

function readJson(text: string, path: string, sink: ProblemSink): unknown {
  if (text.trim() === '') {
    sink.add(path, 'Required, as JSON');
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    sink.add(path, `Not JSON: ${(error as Error).message}`);
    return undefined;
  }
}
