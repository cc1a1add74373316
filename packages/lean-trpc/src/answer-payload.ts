import type { FastifyReply } from 'fastify';

/** An answer as tRPC describes it. */
export interface Answer {
  body: string;
  status: number;
  /** Absent: those that every answer has. */
  headers: Headers | undefined;
}

const jsonType = 'application/json';
export const varyHeader: [string, string] = ['vary', 'trpc-accept, accept'];

/** A `Headers` is created only if `responseMeta` adds headers to these. */
export const usualHeaders: readonly [string, string][] = [['content-type', jsonType], varyHeader];

/** What is sent: a string, which Node sends in one piece with the headers, or a `Response`. */
export type Payload = Answer | { response: Response };

/**
 * Prepares an answer. An unusual one becomes a `Response`, as in tRPC. That throws if the status allows no body, such as
 * 204.
 */
export function answerPayload(answer: Answer): Payload {
  const { body, status, headers } = answer;
  const isUsual = Number.isInteger(status) && status >= 200 && status <= 599 && !withoutBody.has(status);
  if (isUsual && (!headers || headers.get('content-type') === jsonType)) return answer;
  return { response: new Response(body, { status, headers: headers ?? new Headers([...usualHeaders]) }) };
}

export function sendPayload(reply: FastifyReply, payload: Payload): unknown {
  if ('response' in payload) return reply.send(payload.response);
  const { body, status, headers } = payload;
  reply.code(status);
  if (headers) for (const [name, value] of headers) reply.header(name, value);
  else reply.header('content-type', jsonType).header(...varyHeader);
  // without a serializer, Fastify would add a charset to the content type
  return reply.serializer(identity).send(body);
}

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

const identity = (text: unknown) => text as string;

/** Adds the headers of `responseMeta`. */
export function addHeaders(headers: Headers, given: Headers | Record<string, unknown>): void {
  if (given instanceof Headers) for (const [name, value] of given) headers.append(name, value);
  else
    for (const [name, value] of Object.entries(given))
      if (Array.isArray(value)) for (const one of value) headers.append(name, one);
      else if (typeof value === 'string') headers.set(name, value);
}

/** Returns whether an output can only be streamed: an async iterable, or an object with promises or async iterables. */
export function isDataStream(data: unknown): boolean {
  if (!isObject(data)) return false;
  if (Symbol.asyncIterator in data) return true;
  for (const name in data) if (isAsync(data[name as never]) && Object.hasOwn(data, name)) return true;
  return false;
}

const isAsync = (value: unknown) => isPromise(value) || (isObject(value) && Symbol.asyncIterator in value);

/** Like tRPC's: a function with these methods counts, and a `then` without `catch` does not. */
function isPromise(value: unknown): boolean {
  if (!isObject(value) && typeof value !== 'function') return false;
  const { then, catch: catchIt } = value as { then?: unknown; catch?: unknown };
  return typeof then === 'function' && typeof catchIt === 'function';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
