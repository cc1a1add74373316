import { inspect, styleText } from 'node:util';
import { loggerLink, type OperationResultEnvelope, type TRPCLink } from '@trpc/client';
import { isApiError } from './api-error.js';
import type { AppRouter } from './api-types.js';

/** Prints each call as one would write it, with what it gave and the time that took. */
export function showCalls(print: (line: string) => void): TRPCLink<AppRouter> {
  return loggerLink({
    logger(operation) {
      if (operation.direction === 'up') return;
      const { type, path, input, result, elapsedMs } = operation;
      const call = `api.${path}.${type === 'query' ? type : 'mutate'}(${input === undefined ? '' : brief(input)})`;
      print(shownCall({ call, outcome: outcomeOf(result), elapsedMs }));
    },
  });
}

/** A call as the demo shows it, and below it what it gave and the time that took. */
export function shownCall({ call, outcome, elapsedMs }: Record<'call' | 'outcome', string> & { elapsedMs: number }) {
  const time = styleText('dim', `  ${Math.round(elapsedMs)} ms`);
  return `  ${styleText('dim', 'await')} ${styleText('bold', call)}\n    ${styleText('dim', '→')} ${outcome} ${time}`;
}

function outcomeOf(result: OperationResultEnvelope<unknown, unknown> | Error): string {
  if (!(result instanceof Error)) return 'data' in result.result ? brief(result.result.data) : '';
  const { code, reason, field, fieldErrors } = (isApiError(result) && result.data) || {};
  const parts = [code, reason, field, fieldErrors ? brief(fieldErrors) : result.message];
  return styleText('yellow', parts.filter(Boolean).join(' · '));
}

/** One line, as it travels: ids and cursors are cut, of a list its first entry is shown. */
function brief(value: unknown): string {
  const colors = styleText('dim', '') !== '';
  const options = { colors, depth: null, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 1 };
  return inspect(JSON.parse(JSON.stringify(value)), options).replace(/(?<=')([\w-]{8})[\w-]{27,}(?=')/g, '$1…');
}
