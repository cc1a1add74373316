import { inspect, styleText } from 'node:util';
import type { AppRouter } from '@aws-starter-kit/api';
import type { TRPCLink } from '@trpc/client';
import { observable, tap } from '@trpc/server/observable';
import { type ApiError, isApiError } from './api-error.js';

/** Prints each call as one would write it, with what it gave and the time that took. */
export function showCalls(print: (line: string) => void): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const started = performance.now();
        const show = (outcome: string) => {
          if (op.context.quiet === true) return;
          const verb = op.type === 'query' ? 'query' : 'mutate';
          print(callLine(`api.${op.path}.${verb}(${op.input === undefined ? '' : brief(op.input)})`));
          print(outcomeLine(outcome, performance.now() - started));
        };
        return next(op)
          .pipe(
            tap({
              next: ({ result }) => show('data' in result ? brief(result.data) : ''),
              error: (error) => show(styleText('yellow', refusal(error))),
            }),
          )
          .subscribe(observer);
      });
}

/** The call in the demo's output. */
export function callLine(call: string): string {
  return `  ${styleText('dim', 'await')} ${styleText('bold', call)}`;
}

/** What a call gave, in the demo's output. */
export function outcomeLine(outcome: string, durationMs: number): string {
  return `    ${styleText('dim', '→')} ${outcome} ${styleText('dim', `  ${durationMs.toFixed(1)} ms`)}`;
}

function refusal(error: ApiError | Error): string {
  if (!isApiError(error) || !error.data) return error.message;
  const { code, reason, field, fieldErrors } = error.data;
  const details = fieldErrors ? brief(fieldErrors) : error.message;
  return [code, reason, field, details].filter(Boolean).join(' · ');
}

/** One line: long texts are cut, of a list its first entry is shown, and of that not all. */
function brief(value: unknown, isOneOfMany = false): string {
  if (typeof value === 'string')
    return styleText('green', inspect(value.length > 34 ? `${value.slice(0, 8)}…` : value));
  if (typeof value !== 'object' || value === null) return styleText('yellow', String(value));
  if (Array.isArray(value)) {
    const more = value.length > 1 ? `, … ${value.length - 1} more` : '';
    return value.length === 0 ? '[]' : `[${brief(value[0], more !== '')}${more}]`;
  }
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const shown = entries.slice(0, isOneOfMany ? 2 : entries.length);
  const texts = shown.map(([key, one]) => `${/^[\w$]+$/.test(key) ? key : inspect(key)}: ${brief(one)}`);
  return `{ ${[...texts, ...(shown.length < entries.length ? ['…'] : [])].join(', ')} }`;
}
