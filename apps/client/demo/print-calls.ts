import { inspect, stripVTControlCharacters, styleText } from 'node:util';
import { loggerLink, type OperationResultEnvelope, type TRPCLink } from '@trpc/client';
import { type AppRouter, isApiError } from '../src/index.js';

/** Prints each call as it is written in code, with its result and duration. */
export function printCalls(print: (line: string) => void): TRPCLink<AppRouter> {
  return loggerLink({
    logger(operation) {
      if (operation.direction === 'up') return;
      const { type, path, input, result, elapsedMs } = operation;
      const call = `api.${path}.${type === 'query' ? type : 'mutate'}(${input === undefined ? '' : format(input)})`;
      print(formatCall({ call, outcome: formatResult(result), elapsedMs }));
    },
  });
}

/** Formats a call and below it its outcome and duration, within 80 columns. */
export function formatCall({ call, outcome, elapsedMs }: { call: string; outcome: string; elapsedMs: number }): string {
  const time = styleText('dim', `${Math.round(elapsedMs)} ms`);
  const called = wrap(`${styleText('dim', 'await')} ${styleText('bold', call)}`, 2);
  return `${called}\n${wrap(`${styleText('dim', '→')} ${outcome}  ${time}`, 4)}`;
}

const columns = 80;

/** Breaks a line between values, with an indent that is deeper from the second line on. */
function wrap(text: string, indent: number): string {
  const [first = '', ...parts] = text.split(/(?<=[,{[(·>]) +| (?=[}\]]| )/);
  let [line, lines] = [' '.repeat(indent) + first, ''];
  for (const part of parts) {
    if (stripVTControlCharacters(`${line} ${part}`).length <= columns) line += ` ${part}`;
    else [lines, line] = [`${lines}${line}\n`, `${' '.repeat(indent + 2)}${part}`];
  }
  return lines + line;
}

function formatResult(result: OperationResultEnvelope<unknown, unknown> | Error): string {
  if (!(result instanceof Error)) return 'data' in result.result ? format(result.result.data) : '';
  const { code, reason, field, fieldErrors } = (isApiError(result) && result.data) || {};
  const parts = [code, reason, field, fieldErrors ? format(fieldErrors) : result.message];
  return styleText('yellow', parts.filter(Boolean).join(' · '));
}

/**
 * Formats a value on one line, as JSON carries it. Ids and cursors are shortened, and lists show their first entry
 * only.
 */
function format(value: unknown): string {
  const colors = styleText('dim', '') !== '';
  const options = { colors, depth: null, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 1 };
  return inspect(JSON.parse(JSON.stringify(value)), options).replace(/(?<=')([\w-]{8})[\w-]{27,}(?=')/g, '$1…');
}
