import type { LogAttributes } from '@aws-lambda-powertools/logger/types';
import { getTRPCErrorFromUnknown, initTRPC, type TRPCError } from '@trpc/server';
import type { Actor } from '../auth/jwt-authentication.js';
import { ClientError, type ErrorDetails, toClientError } from '../errors/client-error.js';
import type { KeyedQueue } from '../load/keyed-queue.js';
import type { ApiLogger } from '../telemetry/logger.js';
import { pseudonym } from '../telemetry/pseudonym.js';
import { inSpan } from '../telemetry/tracing.js';
import { type CallScope, isScoped, missingPermission, scopeOf } from './access.js';
import type { Context } from './context.js';
import type { Meta } from './meta.js';
import { ownUserNamedBy } from './ownership.js';

/** `data` of every error that a client gets. */
export interface ErrorData extends ErrorDetails {
  code: TRPCError['code'];
  httpStatus: number;
  path?: string;
}

/** Ids of requests that failed before they had a context, such as a batch of too many calls. */
const requestIds = new WeakMap<TRPCError, string>();

/** Gives an error the id of its request, for the answer. */
export const nameRequest = (error: TRPCError, requestId: string) => requestIds.set(error, requestId);

const unexpectedMessage = 'Something went wrong on our side';

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false, // not in development either: a stack belongs in the log
    sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } }, // the server closes sockets that are silent for 30 s
    errorFormatter({ shape, error, ctx }) {
      const clientError = toClientError(error);
      const requestId = ctx?.requestId ?? requestIds.get(error);
      const data: ErrorData = {
        ...shape.data,
        ...clientError?.details,
        ...(requestId !== undefined && { requestId }),
      };
      return { ...shape, message: clientError?.message ?? unexpectedMessage, data };
    },
  });

/**
 * The base of all procedures: authorizes the call, acquires a concurrency slot, then logs, measures and maps errors.
 * One middleware instead of four: each adds measurable overhead.
 * @param takesSlot false for a procedure that acquires slots itself
 */
const authorizedProcedure = ({ takesSlot }: { takesSlot: boolean }) =>
  t.procedure.use(async (call) => {
    const { ctx, path, type, meta, batchIndex, getRawInput, next } = call; // without `signal`: reading it would create it
    const { actor } = ctx;
    const mutation = type === 'mutation' ? ctx.forMutation(path, batchIndex) : undefined;
    let own = mutation ? Object.assign({}, ctx, mutation) : ctx;
    const startedAt = performance.now();
    let isStarted = false;
    let callScope: CallScope | undefined;
    const start = () => {
      isStarted = true;
      if (callScope) own = Object.assign({}, own, { callScope });
      const proceed = own === ctx ? next : () => next({ ctx: own }) as ReturnType<typeof next>;
      return takesSlot ? ctx.withinLimit(proceed) : proceed();
    };
    // writes of one record wait for each other here, where they hold no slot: at the database they would contend
    const run = mutation
      ? async () => inTurn(ctx.writes, recordOf(path, await getRawInput(), callScope) ?? mutation.onceKey, start)
      : start;
    const isGranted = meta?.needs !== undefined && actor.permissions.has(meta.needs);
    const authorized = isScoped(meta)
      ? async () => {
          callScope = await scopeOf({ ctx, type, meta, getRawInput }); // before the call has a slot: it may take one itself
          return run();
        }
      : () => (isGranted ? run() : allowOwnUser({ ctx, type, meta, getRawInput }, run));
    let result: Awaited<ReturnType<typeof run>> | { ok: false; error: TRPCError };
    try {
      // `next` returns errors and never throws
      result = await inSpan(path, authorized);
    } catch (cause) {
      result = { ok: false, error: getTRPCErrorFromUnknown(cause) };
    }
    const isReplayed = mutation?.logger.hasReplayed === true;
    if (isReplayed) ctx.replayed.push(batchIndex);
    if (mutation?.onceKey && !mutation.isKeyUsed && result.ok && !meta?.isIdempotent) warnOfUnusedKey(path);
    const error = result.ok
      ? undefined
      : (toClientError(result.error) ??
        abortError(result.error, call) ??
        (isStarted && mutation ? unknownOutcome(result.error) : result.error));
    reportCall(ctx, { path, startedAt, error, logger: own.logger, isMutation: mutation !== undefined, isReplayed });
    if (result.ok) return result;
    throw isReplayed && error?.code === 'NOT_FOUND' ? deletedSince(error) : error;
  });

/** Returns the error of a retried call whose entity is gone. `NOT_FOUND` alone would deny that the call was applied. */
const deletedSince = (cause: unknown) =>
  new ClientError({
    ...{ code: 'NOT_FOUND', reason: 'DELETED_SINCE', cause },
    message: 'The call was already applied; its entity has been deleted since',
  });

const warnedOf = new Set<string>();

/**
 * Warns once of a mutation that passes its key to no write: clients retry it, and each retry would be applied again.
 */
function warnOfUnusedKey(path: string): void {
  if (warnedOf.has(path)) return;
  warnedOf.add(path);
  process.emitWarning(
    `${path} ignores the header Idempotency-Key, and a retry would apply it again: pass ctx.writeOptions() to its write, or declare meta({ isIdempotent: true })`,
  );
}

/** A call that has ended. */
interface EndedCall {
  readonly path: string;
  readonly startedAt: number;
  readonly error: TRPCError | undefined;
  /** The logger of its models: for a mutation its own, for a read that of the request. */
  readonly logger: ApiLogger;
  readonly isMutation: boolean;
  /** The call had already been applied, under the same idempotency key. */
  readonly isReplayed: boolean;
}

/**
 * Logs, measures, charges and records a call that has ended. It never throws: a write that is committed stays a success, whatever
 * fails here.
 */
function reportCall(
  { actor, logger: ofRequest, source, audit, metrics, charge }: Context,
  { path, startedAt, error, logger, isMutation, isReplayed }: EndedCall,
): void {
  try {
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    const code = error?.code ?? 'OK';
    const reason = error instanceof ClientError ? error.details.reason : undefined;
    // a read writes too if it binds the caller to their user
    const written = isMutation ? [...ofRequest.drainWritten(), ...logger.drainWritten()] : ofRequest.drainWritten();
    if (isMutation || code === 'FORBIDDEN' || written.length > 0)
      audit.call(source, actor, { procedure: path, isMutation, isReplayed, outcome: code, reason, written });
    const capacityUnits = logger.drainCapacityUnits() + (isMutation ? ofRequest.drainCapacityUnits() : 0);
    charge?.(capacityUnits);
    const line: LogAttributes = { code, reason, actor: nameOf(actor), durationMs, capacityUnits };
    if (isReplayed) line.isReplayed = true;
    if (error && operatorErrors.has(code)) logger.warn(path, { ...line, error: error.cause });
    else logger.info(path, line);
    const isThrottled = Object(error?.cause).code === 'THROTTLED';
    metrics?.callEnded({ procedure: path, code, reason, isThrottled, durationMs, capacityUnits });
  } catch (cause) {
    process.emitWarning(`The report of a call of ${path} failed: ${cause}`);
  }
}

/**
 * Returns the key of the entity that a mutation names by its id, with or without prefix; undefined if it names none.
 * The key includes the scope, so that calls in different scopes do not wait for each other.
 */
function recordOf(path: string, input: unknown, scope: CallScope | undefined): string | undefined {
  const { id }: { id?: unknown } = Object(input);
  if (typeof id !== 'string') return undefined;
  const record = `${path.split('.', 1)[0]} ${id.replace(/^[A-Z][A-Z0-9_]*#/, '')}`;
  return scope ? `${scope.id} ${record}` : record;
}

const inTurn = <R>(queue: KeyedQueue, key: string | undefined, run: () => Promise<R>): Promise<R> =>
  key === undefined ? run() : queue.run(key, run);

/** Names of actors in the log, by actor: an actor lives as long as its token. */
const actorNames = new WeakMap<Actor, string>();

function nameOf(actor: Actor): string {
  const known = actorNames.get(actor);
  if (known !== undefined) return known;
  const name = pseudonym(actor.subject);
  actorNames.set(actor, name);
  return name;
}

/** Errors whose cause an operator needs; unexpected errors are logged in full where tRPC reports them. */
const operatorErrors: ReadonlySet<string> = new Set(['SERVICE_UNAVAILABLE', 'TIMEOUT', 'TOO_MANY_REQUESTS']);

/** A read that ended because its client disconnected is no failure. */
const abortError = (error: TRPCError, call: { readonly signal: AbortSignal | undefined }) =>
  error.cause?.name === 'AbortError' && call.signal?.aborted
    ? new ClientError({ code: 'CLIENT_CLOSED_REQUEST', message: 'The client closed the request', cause: error.cause })
    : undefined;

/** An unexpected error of a mutation, such as an output that does not fit its schema, may come after the write. */
const unknownOutcome = ({ cause }: TRPCError) =>
  new ClientError({ code: 'INTERNAL_SERVER_ERROR', message: unexpectedMessage, reason: 'OUTCOME_UNKNOWN', cause });

interface Call {
  ctx: Context;
  type: 'query' | 'mutation' | 'subscription';
  meta: Meta | undefined;
  getRawInput: () => Promise<unknown>;
}

/**
 * Lets a caller without the permission act on their own user. A procedure that declares no permission is open to
 * nobody.
 */
async function allowOwnUser<R extends { ok: boolean; data?: unknown }>(
  { ctx, type, meta, getRawInput }: Call,
  run: () => Promise<R>,
): Promise<R> {
  const { needs, orOwn } = meta ?? {};
  const input = needs && orOwn && (await getRawInput());
  // by email, the answer is checked too, which is too late for a write
  const isCheckable = type === 'query' || orOwn === 'id';
  const own = needs && orOwn && isCheckable ? await ownUserNamedBy(input, orOwn, ctx) : null;
  if (own !== null) {
    const result = await run();
    // the index by email may lag, and find the email's last owner
    const isOther = result.ok && orOwn === 'email' && Object(result.data).id !== own;
    if (!isOther) return result;
  }
  throw missingPermission(needs);
}

export const { router } = t;

/** The base of subscriptions. They take no concurrency slot, since they last as long as their client. */
export const liveProcedure = authorizedProcedure({ takesSlot: false });

/** For procedures that read by `ctx.userById` only, which counts once for all that it reads together. */
export const loadingProcedure = authorizedProcedure({ takesSlot: false });

/** For all other procedures; `meta` declares the permission that they need. A rejected call acquires no slot. */
export const procedure = authorizedProcedure({ takesSlot: true });
