import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { createWaiting, hang, lostReply, refused, reset } from './connection-faults.js';
import { createLateArrivals } from './late-arrivals.js';
import {
  conflict,
  serverError,
  serverErrorAfterCommit,
  throttle,
  throttledTransaction,
  transactionInProgress,
} from './rejections.js';
import { createRequestLog, type RecordedRequest } from './request-log.js';
import { createRulebook } from './rulebook.js';
import { checkRules, type Fault, type FaultRule, faultNames } from './rules.js';
import { createStaleIndex } from './stale-index.js';
import { unprocessed } from './unprocessed.js';
import { bodyOf, type Call, type HttpHandler, type HttpResponse, operationOf } from './wire.js';

/** Which faults to inject, and into the requests of which handler. */
export interface FaultyHandlerOptions {
  readonly rules: readonly FaultRule[];
  /** The same seed, rules and requests give the same faults. @default 1 */
  readonly seed?: number;
  /** The handler that sends requests to the engine, or options for a `NodeHttpHandler`. @default new NodeHttpHandler() */
  readonly handler?: HttpHandler | NodeHttpHandlerOptions;
  /** The number of requests that `requests` keeps; `true` is 1,000. @default false */
  readonly record?: boolean | number;
}

/** A request handler for `new DynamoDBClient({ requestHandler })`, with its counts and records. */
export interface FaultyHandler extends Required<HttpHandler> {
  readonly seed: number;
  /** Requests by operation. Each attempt of the SDK counts. */
  readonly counts: Readonly<Record<string, number>>;
  /** Faults injected, by kind. */
  readonly injected: Readonly<Record<Fault, number>>;
  /** With `record`: the last requests, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Replaces the rules from the next request on; their `times` and `skip` count from zero. */
  setRules(rules: readonly FaultRule[]): void;
  /** Resolves when no late request is under way. */
  settled(): Promise<void>;
}

/**
 * Returns a request handler that lets requests of the AWS SDK v3 fail as DynamoDB and its network do.
 *
 * Latency rules add up, and the first other rule that applies is injected. Whether a rule with a `rate` applies to the n-th request of an operation
 * depends only on the seed, the operation, n, and the rule's place in the list. `times` and `skip` count requests as they come.
 *
 * @throws TypeError for invalid rules or options
 */
export function faultyHandler(options: FaultyHandlerOptions): FaultyHandler {
  checkOptions(options);
  const { rules, seed = 1, record = false } = options;
  const inner: HttpHandler = NodeHttpHandler.create(options.handler as NodeHttpHandlerOptions | undefined);
  const counts: Record<string, number> = {};
  const injected = Object.fromEntries(faultNames.map((fault) => [fault, 0])) as Record<Fault, number>;
  const log = createRequestLog(record === true ? 1_000 : Number(record));
  const waiting = createWaiting();
  const lateArrivals = createLateArrivals(waiting, inner);
  const staleIndex = createStaleIndex();
  let rulebook = createRulebook(seed, rules);

  const inject: Record<Exclude<Fault, 'latency'>, (call: Call) => HttpResponse | Promise<HttpResponse>> = {
    throttle,
    'transaction-throttle': throttledTransaction,
    'transaction-conflict': conflict,
    'transaction-in-progress': transactionInProgress,
    'server-error': serverError,
    'server-error-after-commit': serverErrorAfterCommit,
    reset,
    refused,
    'lost-reply': lostReply,
    late: lateArrivals.send,
    hang: (call) => hang(call, waiting, inner),
    unprocessed,
    'stale-index': staleIndex.stale,
  };

  const handle: HttpHandler['handle'] = async (request, handleOptions = {}) => {
    const operation = operationOf(request);
    if (operation === undefined) return inner.handle(request, handleOptions);
    const n = (counts[operation] ?? 0) + 1;
    counts[operation] = n;
    const body = once(() => bodyOf(request));
    const { delays, fault, lateByMs = 0, random } = rulebook.judge(operation, n, body);
    const latencyMs = delays.reduce((sum, ms) => sum + ms, 0);
    injected.latency += delays.length;
    if (fault) injected[fault]++;

    const forward = async (sent = request) => (await inner.handle(sent, handleOptions)).response;
    const answer = async () => {
      if (latencyMs > 0) await waiting.pause(latencyMs, handleOptions.abortSignal as AbortSignal | undefined);
      const isToRemember = rulebook.has('stale-index') && body().IndexName !== undefined;
      if (!fault && !isToRemember) return forward();
      const call: Call = { operation, request, options: handleOptions, body: body(), random, lateByMs, forward };
      return fault ? inject[fault](call) : staleIndex.fresh(call);
    };
    const describe = () => ({ operation, body: body(), latencyMs, ...(fault && { fault }) });
    return { response: await log.follow(describe, answer) };
  };

  return {
    seed,
    counts,
    injected,
    requests: log.requests,
    setRules: (next) => {
      checkRules(next);
      rulebook = createRulebook(seed, next);
    },
    settled: lateArrivals.settled,
    handle,
    metadata: inner.metadata ?? { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: (key, value) => inner.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
    destroy: () => {
      waiting.close();
      inner.destroy?.();
    },
  };
}

function checkOptions({ rules, seed = 1, record = false }: FaultyHandlerOptions): void {
  checkRules(rules);
  if (!Number.isSafeInteger(seed)) throw new TypeError(`faultyHandler: seed is ${seed}; it must be a whole number`);
  if (typeof record !== 'boolean' && !(Number.isSafeInteger(record) && record >= 0)) {
    throw new TypeError(`faultyHandler: record is ${record}; it must be true, false or the number of requests to keep`);
  }
}

function once<T extends object>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
