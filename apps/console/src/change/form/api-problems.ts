import { describeError } from '../../api/errors.js';
import { type Draft, ownValue } from './draft.js';
import type { NamedField } from './field-spec.js';
import { type Problems, pathTo, problemSink } from './problems.js';

/**
 * Returns the problems that the API found in an input, each at an input of the form. Those for which the form has no
 * input are at `''`. Returns undefined for an error that is not about values.
 */
export function apiProblems(
  error: unknown,
  fields: readonly NamedField[],
  drafts: Readonly<Record<string, Draft>>,
): Problems | undefined {
  const { fieldErrors, field, title, message } = describeError(error);
  const sink = problemSink();
  const names = new Set(fields.map(({ name }) => name));
  for (const [path, texts] of Object.entries(fieldErrors ?? {})) {
    const parts = (path.startsWith('data.') ? path.slice('data.'.length) : path).split('.');
    const [name = ''] = parts;
    const place = names.has(name) ? closestInput(ownValue(drafts, name), parts) : '';
    for (const text of texts) sink.add(place, place === '' && path !== '' ? `${path}: ${text}` : text);
  }
  if (!fieldErrors && field !== undefined) {
    const parts = field.split('+');
    for (const part of parts) sink.add(names.has(part) ? part : '', parts.length > 1 ? `${title}: ${message}` : title);
  }
  return Object.keys(sink.found).length > 0 ? sink.found : undefined;
}

/** Returns the path of the innermost input that holds the value. */
function closestInput(draft: Draft | undefined, [name = '', ...rest]: readonly string[]): string {
  let path = name;
  let current = draft;
  for (const part of rest) {
    current = partOf(current, part);
    if (!current) break;
    path = pathTo(path, part);
  }
  return path;
}

function partOf(draft: Draft | undefined, part: string): Draft | undefined {
  if (draft?.is === 'list') return draft.elements[Number(part)]?.draft;
  if (draft?.is === 'record') return draft.entries.find(({ name }) => name === part)?.draft;
  return draft?.is === 'object' ? ownValue(draft.fields, part) : undefined;
}
