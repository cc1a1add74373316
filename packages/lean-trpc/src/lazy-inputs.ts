import { type AnyTRPCRouter, TRPCError } from '@trpc/server';

export interface InputSource {
  /** The JSON of the inputs; null or undefined for none. */
  text: unknown;
  router: AnyTRPCRouter;
  isBatchCall: boolean;
  /** Number of calls. */
  count: number;
}

/** Inputs by position in the batch. */
type Inputs = Record<number, unknown>;

/** Parses the inputs of a request when the first one is read, so that a call that is rejected earlier costs no parsing. */
export class LazyInputs {
  readonly #source: InputSource;
  #inputs: Inputs | undefined;
  #failure: TRPCError | undefined;

  constructor(source: InputSource) {
    this.#source = source;
  }

  /** The inputs, if they have been read. */
  get result(): Inputs | undefined {
    return this.#inputs;
  }

  /** Returns the inputs by position. @throws TRPCError BAD_REQUEST, the same one each time */
  read(): Inputs {
    if (this.#failure) throw this.#failure;
    try {
      this.#inputs ??= parseInputs(this.#source);
      return this.#inputs;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : 'Invalid input';
      this.#failure = cause instanceof TRPCError ? cause : new TRPCError({ code: 'BAD_REQUEST', message, cause });
      throw this.#failure;
    }
  }
}

function parseInputs({ text, router, isBatchCall, count }: InputSource): Inputs {
  const inputs: unknown = text ? JSON.parse(String(text)) : undefined;
  if (inputs === undefined) return {};
  const { deserialize } = router._def._config.transformer.input;
  if (!isBatchCall) return { 0: deserialize(inputs) };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw new TRPCError({ code: 'BAD_REQUEST', message: '"input" needs to be an object when doing a batch call' });
  const parsed: Inputs = {};
  for (let index = 0; index < count; index++) {
    const input: unknown = (inputs as Inputs)[index];
    if (input !== undefined) parsed[index] = deserialize(input);
  }
  return parsed;
}
