import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { NodeHttpHandler } from '@smithy/node-http-handler';

/** What the SDK asks of a request handler, as `NodeHttpHandler` has it. */
export type HttpHandler = Pick<NodeHttpHandler, 'handle' | 'updateHttpClientConfig' | 'httpHandlerConfigs'> &
  Partial<Pick<NodeHttpHandler, 'metadata' | 'destroy'>>;
export type HttpRequest = Parameters<NodeHttpHandler['handle']>[0];
export type HttpResponse = Awaited<ReturnType<NodeHttpHandler['handle']>>['response'];
export type HandleOptions = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;

/** A request or an answer of DynamoDB, in its wire format: attribute values are `{ S: … }`, `{ N: … }`, … */
export type Body = Readonly<Record<string, unknown>>;

/** One request under a fault: what is needed to answer it with or without the engine. */
export interface Call {
  readonly operation: string;
  readonly request: HttpRequest;
  readonly options: HandleOptions;
  readonly body: Body;
  /** The next number in [0, 1) of the sequence that belongs to this request and this rule. */
  readonly random: () => number;
  /** Sends the request, or another in its place, to the engine. */
  readonly forward: (request?: HttpRequest) => Promise<HttpResponse>;
}

/** `PutItem` of `DynamoDB_20120810.PutItem`; undefined for a request that is not one of DynamoDB. */
export function operationOf(request: HttpRequest): string | undefined {
  return /^DynamoDB_\d+\.(\w+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1];
}

export function bodyOf(request: HttpRequest): Body {
  return JSON.parse(contentOf(request) || '{}');
}

/** The body as text. The SDK gives bytes, and warns when they are treated as text. */
export function contentOf({ body }: HttpRequest): string {
  if (!(body instanceof Uint8Array)) return body ?? '';
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** The same request with another body. Its signature does not cover the new one: only local engines take it. */
export function withBody(request: HttpRequest, body: Body): HttpRequest {
  const content = JSON.stringify(body);
  const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(content)) };
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body: content, headers });
}

/** Reads an answer to its end, which also frees its connection. */
export async function readAnswer(response: HttpResponse): Promise<string> {
  return text(response.body);
}

/** An answer as the engine would send it; with `like`, that answer with another body. */
export function answer(statusCode: number, body: Body | string, like?: HttpResponse): HttpResponse {
  const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const { 'x-amz-crc32': _checksumOfTheOldBody, ...headers } = like?.headers ?? {};
  return {
    statusCode,
    headers: { ...headers, 'content-type': 'application/x-amz-json-1.0', 'content-length': String(content.byteLength) },
    body: Readable.from([content]),
  };
}
