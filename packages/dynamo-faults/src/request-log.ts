import type { Fault } from './rules.js';
import type { Body, HttpResponse } from './wire.js';

/** What became of one request. Times are those of `performance.now()`. */
export interface RecordedRequest {
  readonly operation: string;
  readonly body: Body;
  /** The fault that it met, latency aside. */
  readonly fault?: Exclude<Fault, 'latency'>;
  /** How long it was held up by rules of latency. */
  readonly latencyMs: number;
  readonly startedAt: number;
  endedAt?: number;
  /** The HTTP status of the answer that the caller got. */
  status?: number;
  /** Where there was none: the `code` of the error, or its name. */
  error?: string;
}

/** The last requests, at most `size` of them. */
export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  /** Runs `answer` and notes what came of it. `describe` is not called by a log of size 0. */
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
