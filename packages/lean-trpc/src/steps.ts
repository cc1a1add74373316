import { type AnyTRPCMiddlewareFunction, type AnyTRPCProcedure, initTRPC, TRPCError } from '@trpc/server';

/** Returns the parsed value or a promise of it. Throws a TRPCError. */
export type Parse = (value: unknown) => unknown;

/** A step of a procedure. */
export type Step =
  | { readonly kind: 'input'; readonly parse: Parse }
  | { readonly kind: 'output'; readonly parse: Parse }
  | { readonly kind: 'middleware'; readonly run: AnyTRPCMiddlewareFunction };

/** The fields of a procedure's definition that tRPC's types do not include. */
interface UntypedDefinition {
  middlewares?: AnyTRPCMiddlewareFunction[];
  inputs?: unknown[];
  output?: unknown;
}

const cache = new WeakMap<AnyTRPCProcedure, readonly Step[] | undefined>();

/**
 * Returns the steps of a procedure; undefined if calling it may do more than run them: if the application has wrapped
 * it, if it has `experimental_caller`, or if its definition is not as expected.
 */
export function stepsOf(procedure: AnyTRPCProcedure): readonly Step[] | undefined {
  if (!cache.has(procedure)) cache.set(procedure, readSteps(procedure));
  return cache.get(procedure);
}

let ownFunctions: ReturnType<typeof readOwnFunctions> | undefined;

function readSteps(procedure: AnyTRPCProcedure) {
  ownFunctions ??= readOwnFunctions();
  const { isOwnProcedure, parserKindOf } = ownFunctions;
  const definition: AnyTRPCProcedure['_def'] & UntypedDefinition = procedure._def;
  const { middlewares, inputs = [], output, experimental_caller } = definition;
  if (!isOwnProcedure(procedure) || !Array.isArray(middlewares) || experimental_caller) return undefined;
  const kinds = middlewares.map(parserKindOf);
  const parsers = {
    input: parsersOf(inputs, badInput),
    // the definition holds the last output parser only
    output: parsersOf([output], badOutput),
  };
  const isKnown = {
    input: kinds.filter((kind) => kind === 'input').length === inputs.length,
    output: kinds.filter((kind) => kind === 'output').length === 1,
  };
  return middlewares.map((run, index): Step => {
    const kind = kinds[index];
    const parse = kind && isKnown[kind] ? parsers[kind].shift() : undefined;
    return kind && parse ? { kind, parse } : { kind: 'middleware', run };
  });
}

const badInput = (cause: unknown) => new TRPCError({ code: 'BAD_REQUEST', cause });
const badOutput = (cause: unknown) =>
  new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'Output validation failed', cause });

const parsersOf = (schemas: unknown[], failure: (cause: unknown) => TRPCError) =>
  schemas.map((schema) => parserOf(schema, failure));

/**
 * Returns the parser of a schema such as zod's. Like tRPC, it uses `parse`, and `parseAsync` from the first time that
 * `parse` does not suffice.
 */
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

/**
 * Recognizes the functions that this copy of tRPC created. Marks such as `_def` and `_type` do not suffice: an
 * application that wraps a procedure copies them to its wrapper. All functions of one kind have the same source text,
 * which no wrapper, proxy or bound function has.
 */
function readOwnFunctions() {
  const identity = (value: unknown) => value;
  const procedure = initTRPC.create().procedure.input(identity).output(identity).query(identity);
  const { middlewares = [] } = procedure._def as { middlewares?: AnyTRPCMiddlewareFunction[] };
  const [input, output] = middlewares.map(sourceOf);
  const own = sourceOf(procedure);
  return {
    /** Returns whether calling a procedure runs its middlewares and nothing else. */
    isOwnProcedure: (procedure: AnyTRPCProcedure) => sourceOf(procedure) === own,
    /** Returns the kind of a middleware that tRPC created for a parser. */
    parserKindOf: (middleware: AnyTRPCMiddlewareFunction): 'input' | 'output' | undefined => {
      const source = sourceOf(middleware);
      if (middleware._type === 'input' && source === input) return 'input';
      return middleware._type === 'output' && source === output ? 'output' : undefined;
    },
  };
}

const sourceOf = (value: unknown): string => Function.prototype.toString.call(value);
