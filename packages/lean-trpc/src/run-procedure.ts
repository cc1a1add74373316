import {
  type AnyTRPCMiddlewareFunction,
  type AnyTRPCProcedure,
  getTRPCErrorFromUnknown,
  TRPCError,
} from '@trpc/server';
import type { ClientWatch } from './client-watch.js';
import { type Parse, type Step, stepsOf } from './steps.js';

type Options = Parameters<AnyTRPCMiddlewareFunction>[0];
type Result = Awaited<ReturnType<AnyTRPCMiddlewareFunction>>;
/** What a middleware may change for the following steps. */
type Overrides = Partial<Pick<Options, 'ctx' | 'input' | 'getRawInput'>>;

/** A call of a procedure, with the client instead of the signal. `input` is the result of the parsers that have run so far. */
export interface ProcedureCall extends Omit<Options, 'next' | 'signal'> {
  client: ClientWatch;
}

/** Returns the input that `getRawInput` of a call resolves to, without a promise. */
export type ReadInput = (batchIndex: number) => unknown;

/**
 * Runs a procedure like tRPC, but without a middleware for each parser. tRPC turns each parser into a middleware and
 * copies the options of a call twice for each middleware, key by key, which is a quarter of the cost of a call and half
 * of the cost of a batch.
 *
 * @returns what the outermost middleware returned, in any form; never rejects
 */
export function runProcedure(
  procedure: AnyTRPCProcedure,
  call: ProcedureCall,
  readInput: ReadInput,
): Promise<Result | undefined> {
  const steps = stepsOf(procedure);
  return steps ? runFrom(0, steps, call, readInput) : callProcedure(procedure, call);
}

async function callProcedure(
  procedure: AnyTRPCProcedure,
  { path, getRawInput, ctx, type, client: { signal }, batchIndex }: ProcedureCall,
): Promise<Result> {
  try {
    return { ok: true, data: await procedure({ path, getRawInput, ctx, type, signal, batchIndex }) } as Result;
  } catch (error) {
    return { ok: false, error } as Result;
  }
}

/** Returns the error of a call that has no output. */
export const errorOf = (result: Exclude<Result, { ok: true }> | undefined): TRPCError =>
  result ? getTRPCErrorFromUnknown(result.error) : missingResult();

const missingResult = () =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'No result from middlewares - did you forget to `return next()`?',
  });

/** Runs the steps up to the next middleware, which runs the remaining ones through `next`. Never rejects. */
async function runFrom(
  first: number,
  steps: readonly Step[],
  call: ProcedureCall,
  readInput: ReadInput | undefined,
): Promise<Result> {
  let { input } = call;
  let output: Parse | undefined;
  try {
    for (let index = first; ; index++) {
      const step = steps[index] as Step; // the last one is a middleware, the resolver
      if (step.kind === 'output') output = step.parse;
      else if (step.kind === 'input') {
        const raw = readInput ? readInput(call.batchIndex) : await call.getRawInput();
        const parsed = step.parse(isThenable(raw) ? await raw : raw);
        input = mergeInputs(input, isThenable(parsed) ? await parsed : parsed);
      } else {
        const current = input;
        const next = (overrides?: Overrides) => {
          const isUnchanged = overrides === undefined && current === call.input;
          const read = overrides?.getRawInput ? undefined : readInput;
          return runFrom(index + 1, steps, isUnchanged ? call : withOverrides(call, current, overrides), read);
        };
        const result = await step.run(withNext(call, current, next as Options['next']));
        if (!output || !result.ok) return result;
        const data = output(result.data);
        const parsed = { ...result };
        parsed.data = isThenable(data) ? await data : data;
        return parsed;
      }
    }
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause), marker: 'middlewareMarker' as Result['marker'] };
  }
}

/** Returns whether `await` would replace a value. `await` itself costs more than the check. */
export const isThenable = (value: unknown) =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

/** Merges the outputs of several input parsers. */
const mergeInputs = (first: unknown, second: unknown) =>
  isObject(first) && isObject(second) ? { ...first, ...second } : second;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Field by field: Node 20 allocates a new hidden class for every literal that continues after a leading spread. Remove
// with Node 20.
function withNext(
  { path, getRawInput, ctx, type, client, batchIndex, meta }: ProcedureCall,
  input: unknown,
  next: Options['next'],
): Options {
  const signal = client.knownSignal;
  if (signal) return { path, getRawInput, ctx, type, signal, batchIndex, input, meta, next };
  const options = { path, getRawInput, ctx, type, batchIndex, input, meta, next, [clientOf]: client };
  return Object.defineProperty(options, 'signal', lazySignal) as typeof options & Pick<Options, 'signal'>;
}

const clientOf = Symbol('client');

/**
 * A property that otherwise behaves like data: spread copies its value, and it can be assigned. One descriptor serves
 * all calls; a getter in a literal would give each object a hidden class of its own.
 */
const lazySignal: PropertyDescriptor & ThisType<{ [clientOf]: ClientWatch }> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[clientOf].signal;
  },
  set(value: unknown) {
    Object.defineProperty(this, 'signal', { value, enumerable: true, configurable: true, writable: true });
  },
};

const withOverrides = (
  { path, getRawInput, ctx, type, client, batchIndex, meta }: ProcedureCall,
  input: unknown,
  overrides: Overrides = {},
): ProcedureCall => ({
  path,
  getRawInput: overrides.getRawInput ?? getRawInput,
  ctx: overrides.ctx ? Object.assign({}, ctx, overrides.ctx) : ctx,
  type,
  client,
  batchIndex,
  input: 'input' in overrides ? overrides.input : input,
  meta,
});
