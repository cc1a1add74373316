import type { Fault } from './rules.js';
import type { Body, HttpResponse } from './wire.js';

/** One request and how it ended. Times are those of `performance.now()`. */
export interface RecordedRequest {
  readonly operation: string;
  readonly body: Body;
  /** The fault that was injected, other than latency. */
  readonly fault?: Exclude<Fault, 'latency'>;
  /** The sum of its latency rules. */
  readonly latencyMs: number;
  readonly startedAt: number;
  endedAt?: number;
  /** The HTTP status that the caller received. */
  status?: number;
  /** The `code` of the error, or its name, if the caller received no answer. */
  error?: string;
}

/** Keeps the last `size` requests. */
export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  /** Runs `answer` and records its result. A log of size 0 does not call `describe`. */
  follow(
    describe: () => Omit<RecordedRequest, 'startedAt'>,
    answer: () => Promise<HttpResponse>,
  ): Promise<HttpResponse>;
}

export function createRequestLog(size: number): RequestLog {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    async follow(describe, answer) {
      if (size === 0) return answer();
      const entry: RecordedRequest = { ...describe(), startedAt: performance.now() };
      requests.push(entry);
      if (requests.length > size) requests.shift();
      try {
        const response = await answer();
        entry.status = response.statusCode;
        return response;
      } catch (error) {
        const { code, name } = error as Error & { code?: string };
        entry.error = code ?? name;
        throw error;
      } finally {
        entry.endedAt = performance.now();
      }
    },
  };
}
