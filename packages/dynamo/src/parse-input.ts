import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidInputError } from './errors.js';

/**
 * Parses a value from outside with a schema of any library that implements Standard Schema, such as zod.
 *
 * @throws InvalidInputError if the value does not match the schema
 */
export function parseInput<Schema extends StandardSchemaV1>(
  schema: Schema,
  input: unknown,
): StandardSchemaV1.InferOutput<Schema> {
  const result = schema['~standard'].validate(input);
  if (result instanceof Promise) throw new TypeError('parseInput needs a schema without asynchronous checks');
  if (result.issues) throw new InvalidInputError(fieldErrorsOf(result.issues));
  return result.value;
}

/** An input with thousands of wrong values must not make an error of megabytes. */
const maxIssues = 50;

/** Groups the messages of issues by path, such as `data.email`. Messages about the whole input are under `input`. */
export function fieldErrorsOf(issues: readonly StandardSchemaV1.Issue[]): Record<string, string[]> {
  const byPath = new Map<string, string[]>(); // not an object, because a path may be `__proto__`
  for (const issue of issues.slice(0, maxIssues)) {
    const unknownFields = unknownFieldsOf(issue);
    const paths = unknownFields ? unknownFields.map((field) => [...pathOf(issue), field]) : [pathOf(issue)];
    for (const path of paths) {
      const field = path.join('.') || 'input';
      byPath.set(field, [...(byPath.get(field) ?? []), unknownFields ? 'Unknown field' : issue.message]);
    }
  }
  return Object.fromEntries(byPath);
}

/** zod reports the unknown fields of an object in one issue, whose path is that of the object. */
function unknownFieldsOf(issue: StandardSchemaV1.Issue): string[] | undefined {
  const { code, keys } = issue as { code?: unknown; keys?: unknown };
  return code === 'unrecognized_keys' && Array.isArray(keys) ? keys.slice(0, maxIssues).map(String) : undefined;
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): string[] {
  return path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
}
