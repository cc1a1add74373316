import { getTRPCErrorFromUnknown, initTRPC, type TRPCError } from '@trpc/server';
import { ClientError, type ErrorDetails, toClientError } from './client-error.js';
import type { Context } from './context.js';
import type { Actor } from './jwt-authentication.js';
import { namesOwnUser } from './own-user.js';
import type { Permission } from './permissions.js';
import { inSpan } from './tracing.js';

/** `data` of every error that leaves. */
export interface ErrorData extends ErrorDetails {
  code: TRPCError['code'];
  httpStatus: number;
  path?: string;
}

/** What a procedure says of itself. */
export interface Meta {
  /** What its callers must be allowed to do. Without it nobody may call. */
  needs?: Permission;
  /** The field of its input that names a user; who is that user needs no permission. */
  orOwn?: 'id' | 'email';
  /** What a call counts for in the rate limit. @default 1 */
  cost?: number;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false, // in development too: a stack belongs in the log
    errorFormatter({ shape, error, ctx }) {
      const clientError = toClientError(error);
      const data: ErrorData = {
        ...shape.data,
        ...clientError?.details,
        ...(ctx && { requestId: ctx.requestId }),
      };
      return { ...shape, message: clientError?.message ?? 'Something went wrong on our side', data };
    },
  });

/**
 * What every call goes through, in one middleware, since each costs what a permission, a slot and a line together do: who may not is refused,
 * who may waits for a slot, and how it ended is logged and translated.
 */
const guarded = (slotted: <R>(ctx: Context, run: () => Promise<R>) => Promise<R>) =>
  t.middleware(async ({ ctx, path, signal, meta, getRawInput, next }) => {
    const { actor, logger, metrics } = ctx;
    const startedAt = performance.now();
    const run = () => slotted(ctx, next);
    const isGranted = meta?.needs !== undefined && actor.permissions.has(meta.needs);
    let result: Awaited<ReturnType<typeof run>> | { ok: false; error: TRPCError };
    try {
      // `next` never throws, it returns what went wrong
      result = await inSpan(path, () => (isGranted ? run() : ifOwn({ ctx, meta, getRawInput }, run)));
    } catch (cause) {
      result = { ok: false, error: getTRPCErrorFromUnknown(cause) };
    }
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    const capacityUnits = ctx.takeUnits();
    const ended = (code: string) => metrics?.callEnded({ procedure: path, code, durationMs, capacityUnits });
    if (result.ok) {
      logger.info(path, { code: 'OK', actor: nameOf(actor), durationMs, capacityUnits });
      ended('OK');
      return result;
    }
    const error = toClientError(result.error) ?? abortError(result.error, signal) ?? result.error;
    const reason = error instanceof ClientError ? error.details.reason : undefined;
    const line = { code: error.code, reason, actor: nameOf(actor), durationMs, capacityUnits };
    if (troubles.has(error.code)) logger.warn(path, { ...line, error: error.cause });
    else logger.info(path, line);
    ended(error.code);
    throw error;
  });

/** Some issuers take addresses for subjects, and those belong in no log. */
const nameOf = ({ subject }: Actor) => (subject.includes('@') ? 'an address' : subject);

/** What an operator wants to know the cause of; unexpected errors are logged whole where tRPC reports them. */
const troubles: ReadonlySet<string> = new Set(['SERVICE_UNAVAILABLE', 'TIMEOUT', 'TOO_MANY_REQUESTS']);

/** A read that ended because its client left is nobody's fault. */
const abortError = (error: TRPCError, signal: AbortSignal | undefined) =>
  signal?.aborted && error.cause?.name === 'AbortError'
    ? new ClientError({ code: 'CLIENT_CLOSED_REQUEST', message: 'The client closed the request', cause: error.cause })
    : undefined;

/** Runs a call of who may not call all, but may call for the user that they are. Default deny: what declares nothing is open to nobody. */
async function ifOwn<R extends { ok: boolean; data?: unknown }>(
  { ctx, meta, getRawInput }: { ctx: Context; meta: Meta | undefined; getRawInput: () => Promise<unknown> },
  run: () => Promise<R>,
): Promise<R> {
  const { needs, orOwn } = meta ?? {};
  const input = needs && orOwn && (await getRawInput());
  if (needs && orOwn && (await namesOwnUser(ctx, orOwn, input))) {
    const result = await run();
    // the index of addresses may lag, and give who had this one before
    const isOther = result.ok && orOwn === 'email' && Object(result.data).id !== (await ctx.ownUserId());
    if (!isOther) return result;
  }
  const message = needs ? `This needs the permission ${needs}` : 'This is open to nobody';
  throw new ClientError({ code: 'FORBIDDEN', message, reason: 'MISSING_PERMISSION' });
}

export const { router } = t;

/** For calls that read by `ctx.userById` only, which takes one slot for all that it reads together. */
export const loadingProcedure = t.procedure.use(guarded((_, run) => run()));

/** What every other procedure is built from; its `meta` says who may call it. A call that is refused takes no slot from others. */
export const procedure = t.procedure.use(guarded(({ slots }, run) => slots.run(run)));
