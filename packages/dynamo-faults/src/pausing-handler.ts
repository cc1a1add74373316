import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { abortError, resetError } from './connection-faults.js';
import { answer, type Body, bodyOf, type HttpHandler, type HttpResponse, operationOf, readAnswer } from './wire.js';

/** One attempt of the SDK that waits for a decision, and the request that it carries. */
export interface PausedRequest {
  readonly operation: string;
  /** In DynamoDB's wire format. */
  readonly body: Body;
  /** Delivers the request and passes the answer on to the caller. */
  answer(): Promise<Reply>;
  /** Ends the attempt with a connection reset. The request itself is neither delivered nor withdrawn. */
  reset(): void;
  /** Delivers the request, before or after its attempt has ended and as often as called. The answer does not reach the caller. */
  deliver(): Promise<Reply>;
}

/** What the engine answered. */
export interface Reply {
  readonly statusCode: number;
  readonly body: Body;
}

/**
 * Returns a request handler for `new DynamoDBClient({ requestHandler })` that pauses each request to DynamoDB until a test decides how it ends, so that
 * the test controls the order of all requests: lost, late and doubled deliveries included.
 *
 * @param onRequest is called with each request, synchronously
 * @param handler talks to the engine
 */
export function pausingHandler(
  onRequest: (request: PausedRequest) => void,
  handler?: HttpHandler | NodeHttpHandlerOptions,
): Required<HttpHandler> {
  const inner: HttpHandler = NodeHttpHandler.create(handler as NodeHttpHandlerOptions | undefined);
  const handle: HttpHandler['handle'] = (request, options = {}) => {
    const operation = operationOf(request);
    if (operation === undefined) return inner.handle(request, options);
    const deliver = async () => {
      // without the attempt's own options: its abort must not withdraw a request that is delivered late
      const { response } = await inner.handle(request);
      const content = await readAnswer(response);
      const reply: Reply = { statusCode: response.statusCode, body: JSON.parse(content || '{}') };
      return { response, content, reply };
    };
    return new Promise<{ response: HttpResponse }>((resolve, reject) => {
      const signal = options.abortSignal as AbortSignal | undefined;
      signal?.addEventListener('abort', () => reject(abortError(signal)), { once: true });
      onRequest({
        operation,
        body: bodyOf(request),
        answer: async () => {
          const { response, content, reply } = await deliver();
          resolve({ response: answer(response.statusCode, content, response) });
          return reply;
        },
        reset: () => reject(resetError()),
        deliver: async () => (await deliver()).reply,
      });
    });
  };
  return {
    handle,
    metadata: inner.metadata ?? { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: (key, value) => inner.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
    destroy: () => inner.destroy?.(),
  };
}
