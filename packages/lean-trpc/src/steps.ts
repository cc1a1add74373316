import { type AnyTRPCMiddlewareFunction, type AnyTRPCProcedure, TRPCError } from '@trpc/server';

/** Gives what it makes of a value, or a promise of it. Throws a TRPCError. */
export type Parse = (value: unknown) => unknown;

/** What is done for a call. */
export type Step =
  | { readonly kind: 'input'; readonly parse: Parse }
  | { readonly kind: 'output'; readonly parse: Parse }
  | { readonly kind: 'middleware'; readonly run: AnyTRPCMiddlewareFunction };

/** What tRPC keeps of a procedure under names that are not among its types. */
interface Untyped {
  middlewares?: (AnyTRPCMiddlewareFunction & { _type?: string })[];
  inputs?: unknown[];
  output?: unknown;
}

const known = new WeakMap<AnyTRPCProcedure, readonly Step[] | undefined>();

/** What a procedure does, step by step; undefined where there is more to it (`experimental_caller`), or it does not say. */
export function stepsOf(procedure: AnyTRPCProcedure): readonly Step[] | undefined {
  if (!known.has(procedure)) known.set(procedure, readSteps(procedure._def));
  return known.get(procedure);
}

function readSteps({ middlewares, inputs = [], output, experimental_caller }: AnyTRPCProcedure['_def'] & Untyped) {
  if (!Array.isArray(middlewares) || experimental_caller) return undefined;
  const isWhole = inputs.length === middlewares.filter(({ _type }) => _type === 'input').length;
  const parsers = {
    input: isWhole ? inputs.map((parser) => parserOf(parser, badInput)) : [],
    output: [parserOf(output, badOutput)],
  };
  return middlewares.map((run): Step => {
    const kind = run._type;
    const parse = kind === 'input' || kind === 'output' ? parsers[kind].shift() : undefined;
    return parse ? ({ kind, parse } as Step) : { kind: 'middleware', run };
  });
}

const badInput = (cause: unknown) => new TRPCError({ code: 'BAD_REQUEST', cause });
const badOutput = (cause: unknown) =>
  new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'Output validation failed', cause });

/** Of what tRPC takes for parsers zod's and their like, used as it uses them: `parse`, and `parseAsync` from when that proves to be needed. */
function parserOf(parser: unknown, failure: (cause: unknown) => TRPCError): Parse | undefined {
  if (typeof parser !== 'object' || parser === null) return undefined;
  const { parse, parseAsync } = parser as Record<string, unknown>;
  if (typeof parse !== 'function' || typeof parseAsync !== 'function') return undefined;
  let isAsync = false;
  return (value) => {
    if (!isAsync) {
      try {
        return parse.call(parser, value);
      } catch (cause) {
        if (Array.isArray(Object(cause).issues)) throw failure(cause);
        isAsync = true;
      }
    }
    return Promise.resolve(parseAsync.call(parser, value)).catch((cause) => {
      throw failure(cause);
    });
  };
}
