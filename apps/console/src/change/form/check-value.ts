import type { JsonSchema } from '../../api/description.js';
import { isObject, ownValue } from './draft.js';
import { type ProblemSink, pathTo, problemSink } from './problems.js';
import { isSame } from './same-value.js';

/**
 * Notes what a schema says against a value. The API has the last word: a schema cannot say all that it checks. A
 * validator of all of JSON Schema either compiles code, which the content security policy forbids, or weighs more.
 */
export function checkValue(schema: JsonSchema, value: unknown, path: string, sink: ProblemSink): void {
  const problem = kindProblem(schema, value);
  if (problem !== undefined) sink.add(path, problem);
  else if (typeof value === 'string') checkText(schema, value, path, sink);
  else if (typeof value === 'number') checkNumber(schema, value, path, sink);
  else if (Array.isArray(value)) checkList(schema, value, path, sink);
  else if (isObject(value)) checkObject(schema, value, path, sink);
}

/** Returns the problem of a value that is of another kind than its schema, so that its limits mean nothing. */
function kindProblem(schema: JsonSchema, value: unknown): string | undefined {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches && !branches.some((branch) => isValid(branch, value))) return 'No allowed value';
  if (schema.enum && !schema.enum.some((one) => isSame(one, value)))
    return `Must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`;
  if (schema.const !== undefined && !isSame(schema.const, value)) return `Must be ${JSON.stringify(schema.const)}`;
  return isOfType(schema.type, value) ? undefined : `Must be ${nameOfType(schema.type)}`;
}

/** Returns whether a schema has nothing against a value. */
export function isValid(schema: JsonSchema, value: unknown): boolean {
  const sink = problemSink();
  checkValue(schema, value, '', sink);
  return Object.keys(sink.found).length === 0;
}

function isOfType(type: JsonSchema['type'], value: unknown): boolean {
  if (type === undefined) return true;
  if (typeof type !== 'string') return type.some((one) => isOfType(one, value));
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};
const nameOfType = (type: JsonSchema['type']): string =>
  [type ?? []]
    .flat()
    .map((one) => typeNames[one] ?? one)
    .join(' or ');

const formats: Readonly<Record<string, readonly [RegExp, string]>> = {
  date: [/^\d{4}-\d{2}-\d{2}$/, 'Not a date, such as 2026-05-01'],
  'date-time': [
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i,
    'Not a date and time, such as 2026-05-01T12:00:00Z',
  ],
  email: [/^[^@\s]+@[^@\s]+$/, 'Not a valid email'],
};

function checkText(
  { minLength = 0, maxLength, pattern, format }: JsonSchema,
  text: string,
  path: string,
  sink: ProblemSink,
) {
  if (text.length < minLength)
    sink.add(path, text === '' ? 'Must not be empty' : `At least ${minLength} characters, not ${text.length}`);
  if (maxLength !== undefined && text.length > maxLength)
    sink.add(path, `At most ${maxLength} characters, not ${text.length}`);
  const [form, problem] = (format && ownValue(formats, format)) || [];
  if (form && problem && !(form.test(text) && isCalendar(format, text))) sink.add(path, problem);
  if (pattern !== undefined && !matches(pattern, text)) sink.add(path, 'Not in the form that is asked for');
}

/** Rejects days such as the 31st of February, which `Date` would move into the next month. */
function isCalendar(format: string | undefined, text: string): boolean {
  if (format !== 'date' && format !== 'date-time') return true;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  return isDay && (format === 'date' || !Number.isNaN(Date.parse(text)));
}

/** A pattern that this browser cannot read is left to the API. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function checkNumber(schema: JsonSchema, value: number, path: string, sink: ProblemSink) {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) sink.add(path, `At least ${minimum}`);
  if (maximum !== undefined && value > maximum) sink.add(path, `At most ${maximum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) sink.add(path, `More than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) sink.add(path, `Less than ${exclusiveMaximum}`);
  const steps = multipleOf === undefined ? 0 : value / multipleOf;
  if (Math.abs(steps - Math.round(steps)) > 1e-9) sink.add(path, `Must be a multiple of ${multipleOf}`);
}

function checkList(
  { minItems = 0, maxItems, uniqueItems, items }: JsonSchema,
  list: unknown[],
  path: string,
  sink: ProblemSink,
) {
  if (list.length < minItems) sink.add(path, list.length === 0 ? 'Must not be empty' : `At least ${minItems} elements`);
  if (maxItems !== undefined && list.length > maxItems)
    sink.add(path, `At most ${maxItems} elements, not ${list.length}`);
  for (const [index, element] of list.entries()) {
    if (items) checkValue(items, element, pathTo(path, index), sink);
    if (uniqueItems && list.findIndex((one) => isSame(one, element)) < index)
      sink.add(pathTo(path, index), 'Is in the list already');
  }
}

function checkObject(schema: JsonSchema, object: Record<string, unknown>, path: string, sink: ProblemSink) {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  for (const name of required) if (!Object.hasOwn(object, name)) sink.add(pathTo(path, name), 'Required');
  for (const [name, value] of Object.entries(object)) {
    const property = ownValue(properties, name);
    if (propertyNames) checkName(propertyNames, name, pathTo(path, name), sink);
    if (property) checkValue(property, value, pathTo(path, name), sink);
    else if (additionalProperties === false) sink.add(pathTo(path, name), 'Unknown');
    else if (typeof additionalProperties === 'object')
      checkValue(additionalProperties, value, pathTo(path, name), sink);
  }
}

function checkName(schema: JsonSchema, name: string, path: string, sink: ProblemSink) {
  const own = problemSink();
  checkValue(schema, name, '', own);
  for (const problem of Object.values(own.found).flat()) sink.add(path, `The name: ${problem}`);
}
