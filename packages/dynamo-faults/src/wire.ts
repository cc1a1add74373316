import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { NodeHttpHandler } from '@smithy/node-http-handler';

/** The part of `NodeHttpHandler` that the SDK calls. */
export type HttpHandler = Pick<NodeHttpHandler, 'handle' | 'updateHttpClientConfig' | 'httpHandlerConfigs'> &
  Partial<Pick<NodeHttpHandler, 'metadata' | 'destroy'>>;
export type HttpRequest = Parameters<NodeHttpHandler['handle']>[0];
export type HttpResponse = Awaited<ReturnType<NodeHttpHandler['handle']>>['response'];
export type HandleOptions = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;

/** A request or an answer of DynamoDB, in its wire format: attribute values are `{ S: … }`, `{ N: … }`, … */
export type Body = Readonly<Record<string, unknown>>;

/** One request under a fault, with everything that is needed to answer it with or without the engine. */
export interface Call {
  readonly operation: string;
  readonly request: HttpRequest;
  readonly options: HandleOptions;
  readonly body: Body;
  /** When a late request arrives, in milliseconds. */
  readonly lateByMs: number;
  /** Returns the next number in [0, 1) of the sequence of this request and this rule. */
  readonly random: () => number;
  /** Sends the request, or another one in its place, to the engine. */
  readonly forward: (request?: HttpRequest) => Promise<HttpResponse>;
}

/** Returns `PutItem` for `DynamoDB_20120810.PutItem`, and undefined for a request to another service. */
export function operationOf(request: HttpRequest): string | undefined {
  return /^DynamoDB(?:Streams)?_\d+\.(\w+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1];
}

export function bodyOf(request: HttpRequest): Body {
  return JSON.parse(contentOf(request) || '{}');
}

/** Returns the body as text. The SDK passes bytes, and warns if they are used as text. */
export function contentOf({ body }: HttpRequest): string {
  if (!(body instanceof Uint8Array)) return body ?? '';
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** Returns the request with another body, which its signature does not cover: only local engines accept it. */
export function withBody(request: HttpRequest, body: Body): HttpRequest {
  const content = JSON.stringify(body);
  const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(content)) };
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body: content, headers });
}

/** Reads an answer to its end, which also releases its connection. */
export async function readAnswer(response: HttpResponse): Promise<string> {
  return text(response.body);
}

/** Returns an answer as an engine sends it; with `like`, that answer with another body. */
export function answer(statusCode: number, body: Body | string, like?: HttpResponse): HttpResponse {
  const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const { 'x-amz-crc32': _checksum, ...headers } = like?.headers ?? {};
  return {
    statusCode,
    headers: { ...headers, 'content-type': 'application/x-amz-json-1.0', 'content-length': String(content.byteLength) },
    body: Readable.from([content]),
  };
}
