import type { LogLine } from '../captured-logger.js';

type Test = (line: Record<string, unknown>) => boolean;

/** A CloudWatch Logs Insights query, in the subset of the language that the runbooks use. */
export interface InsightsQuery {
  /** Returns whether a line passes all filters. */
  readonly matches: Test;
  /** The fields that the query names. */
  readonly fields: readonly string[];
}

/** Returns the value of a field such as `error.code` or `writes.0.id`. */
export const fieldOf = (line: object, field: string): unknown =>
  field.split('.').reduce<unknown>((value, name) => Object(value)[name], line);

/** Parses a query. @throws Error for unknown syntax, so that no query of a document goes untested */
export function parseInsights(text: string): InsightsQuery {
  const filters: Test[] = [];
  const fields = new Set<string>();
  const made = new Set<string>();
  for (const command of text.split(/^\s*\|?\s*(?=fields |filter |stats |sort )/m).map((part) => part.trim())) {
    if (command === '') continue;
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(command) ?? [];
    if (name === 'filter' && made.size > 0) throw new Error(`After stats, only its results are left: ${command}`);
    if (name === 'filter') filters.push(parseFilter(rest, fields));
    else if (name === 'fields') for (const field of rest.split(',')) fields.add(field.trim());
    else if (name === 'sort') fields.add(rest.replace(/ (asc|desc)$/, '').trim());
    else if (name === 'stats') readStats(rest, fields, made);
    else throw new Error(`Unknown command: ${command}`);
  }
  const ofLines = [...fields].filter((field) => !made.has(field) && !field.startsWith('@'));
  return { matches: (line) => filters.every((filter) => filter(line)), fields: ofLines };
}

function readStats(rest: string, fields: Set<string>, made: Set<string>): void {
  const [values = '', by = ''] = rest.split(' by ');
  for (const value of values.split(',')) {
    const [, argument = '', alias = ''] = /^\s*(?:count|sum|max|pct)\((\*|[\w.]+)\) as (\w+)\s*$/.exec(value) ?? [];
    if (alias === '') throw new Error(`Unknown function: ${value}`);
    made.add(alias);
    if (argument !== '*') fields.add(argument);
  }
  for (const field of by.split(',')) if (!/^\s*bin\(\d+[smh]\)$/.test(field)) fields.add(field.trim());
}

/** Parses `a = "x" and (b in ["y"] or ispresent(c))`. */
function parseFilter(text: string, fields: Set<string>): Test {
  const tokens = text.match(/"[^"]*"|\d+|[\w.@]+|[=()[\],]/g) ?? [];
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`${expected ?? 'More'} expected in: ${text}`);
    return token;
  };
  const fieldTest = (field: string, test: (value: unknown) => boolean): Test => {
    fields.add(field);
    return (line) => test(fieldOf(line, field));
  };
  const term = (): Test => {
    const token = take();
    if (token === '(') {
      const inner = either();
      take(')');
      return inner;
    }
    if (token === 'ispresent') {
      take('(');
      const field = take();
      take(')');
      return fieldTest(field, (value) => value !== undefined);
    }
    if (tokens[at] === 'in') {
      at++;
      take('[');
      const values: unknown[] = [];
      for (let next = take(); next !== ']'; next = take()) if (next !== ',') values.push(JSON.parse(next));
      return fieldTest(token, (value) => values.includes(value));
    }
    take('=');
    const expected: unknown = JSON.parse(take());
    return fieldTest(token, (value) => value === expected);
  };
  const both = (): Test => {
    let test = term();
    while (tokens[at] === 'and') {
      at++;
      const [left, right] = [test, term()];
      test = (line) => left(line) && right(line);
    }
    return test;
  };
  const either = (): Test => {
    let test = both();
    while (tokens[at] === 'or') {
      at++;
      const [left, right] = [test, both()];
      test = (line) => left(line) || right(line);
    }
    return test;
  };
  const test = either();
  if (at < tokens.length) throw new Error(`Not understood: ${tokens.slice(at).join(' ')}`);
  return test;
}

export type Line = LogLine | Record<string, unknown>;
