import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The beginning of an answer: all but its body. */
export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/** Headers about the connection within this process, and those that the gateway sets itself. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** Returns status, headers and cookies of an answer. */
export function responseHead({ statusCode = 500, headersDistinct }: IncomingMessage): ResponseHead {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(headersDistinct))
    if (name !== 'set-cookie' && !ownHeaders.has(name)) headers[name] = values.join(', ');
  return { statusCode, headers, cookies: headersDistinct['set-cookie'] ?? [] };
}

/** Returns an answer for the gateway: a body that is not UTF-8 travels as Base64. */
export function gatewayResponse(head: ResponseHead, body: Buffer): APIGatewayProxyStructuredResultV2 {
  const isBase64Encoded = !isUtf8(body);
  return { ...head, body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** Largest answer of a function, in bytes of its JSON. Lambda fails an invocation with a larger one. */
export const maxResponseBytes = 6_291_456;

/** Returns whether Lambda takes an answer. Each quote of a body becomes two bytes. */
export function isTooLarge(response: APIGatewayProxyStructuredResultV2): boolean {
  const length = response.body?.length ?? 0;
  return length > maxResponseBytes / 6 && Buffer.byteLength(JSON.stringify(response)) > maxResponseBytes;
}
