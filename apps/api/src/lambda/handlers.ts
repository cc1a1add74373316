import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { ComposedApi } from '../composition.js';
import { unparsedAnswer } from '../errors/unparsed-requests.js';
import { securityHeaders } from '../http/security-headers.js';
import { flushLines } from '../telemetry/buffered-stdout.js';
import type { ApiLogger } from '../telemetry/logger.js';
import { gatewayRequest } from './gateway-request.js';
import { gatewayResponse, isTooLarge, responseHead } from './gateway-response.js';
import { type Exchange, sendRequest } from './send-request.js';

/** Time of an invocation that is reserved for writing the response. */
const answerMs = 300;
/** A stream ends this long before its invocation. The subscriber reconnects, and continues after its last event. */
const streamEndMs = 1500;

/** The part of Lambda's context that the handlers use. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

interface HandlerOptions {
  readonly api: Pick<ComposedApi, 'app' | 'settled' | 'flushMetrics'>;
  readonly logger: ApiLogger;
}

/** Returns the handler of an API Gateway HTTP API, or of a function URL that buffers responses. */
export function bufferedHandler({ api, logger }: HandlerOptions) {
  return async (
    event: APIGatewayProxyEventV2,
    context: InvocationContext,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const exchange = await exchangeOf(event, context, api);
      if (!('served' in exchange)) return rejection(400, exchange.reason, logger);
      const response = gatewayResponse(responseHead(exchange.response), await buffer(untilEnd(exchange, context)));
      await exchange.served;
      return isTooLarge(response) ? rejection(413, 'RESPONSE_TOO_LARGE', logger) : response;
    } finally {
      await atRest(api);
    }
  };
}

/** Returns the handler of a function URL that streams responses, to be wrapped in `awslambda.streamifyResponse`. */
export function streamingHandler({ api, logger }: HandlerOptions) {
  return async (
    event: APIGatewayProxyEventV2,
    output: awslambda.HttpResponseStream,
    context: InvocationContext,
  ): Promise<void> => {
    try {
      const exchange = await exchangeOf(event, context, api);
      if (!('served' in exchange)) {
        const { body = '', ...head } = rejection(400, exchange.reason, logger);
        const stream = awslambda.HttpResponseStream.from(output, head);
        stream.write(body); // the head is sent with the first write, and not by end()
        stream.end();
        return;
      }
      const stream = awslambda.HttpResponseStream.from(output, { ...responseHead(exchange.response) });
      stream.write(''); // sends the head, also if the body is empty
      await pipeline(() => untilEnd(exchange, context), stream);
      await exchange.served;
    } finally {
      await atRest(api);
    }
  };
}

/** Sends the request of an event to the app. Returns a reason if the request is not valid HTTP. */
async function exchangeOf(
  event: APIGatewayProxyEventV2,
  { awsRequestId: invocationId, getRemainingTimeInMillis }: InvocationContext,
  { app }: Pick<ComposedApi, 'app'>,
): Promise<Exchange | { readonly reason: string }> {
  const request = gatewayRequest(event);
  const deadlineAt = performance.now() + getRemainingTimeInMillis() - answerMs;
  try {
    return await sendRequest(app, request, { deadlineAt, ids: { invocationId, gatewayRequestId: request.requestId } });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!(error instanceof TypeError)) throw error;
    return { reason: code }; // an invalid method, target, header name or header value
  }
}

/** Yields the body of a response until it ends, or until shortly before the invocation times out. */
async function* untilEnd({ response, abort }: Exchange, { getRemainingTimeInMillis }: InvocationContext) {
  let isOver = false;
  const end = () => {
    isOver = true;
    abort();
  };
  const timer = setTimeout(end, getRemainingTimeInMillis() - streamEndMs);
  try {
    yield* response;
  } catch (error) {
    if (!isOver) throw error;
  } finally {
    clearTimeout(timer);
    abort(); // also if the caller has disconnected
  }
}

/** Resolves when nothing is left to do. Lambda freezes the process after the response. */
async function atRest(api: Pick<ComposedApi, 'settled' | 'flushMetrics'>): Promise<void> {
  await api.settled();
  api.flushMetrics();
  flushLines();
}

/** Returns the response to a request that is not valid HTTP, or whose own response is too large. */
function rejection(status: number, reason: string, logger: ApiLogger) {
  const { body, head } = unparsedAnswer(status, reason, logger, securityHeaders);
  const { connection: _, 'content-length': __, ...headers } = head;
  return { statusCode: status, headers, cookies: [], body, isBase64Encoded: false };
}
