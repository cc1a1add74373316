import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Status, headers and cookies of a response. */
export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/** Headers to drop: those of the connection within this process, and those that the gateway sets. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** Returns the head of a response, with the cookies separate from the headers. */
export function responseHead({ statusCode = 500, headersDistinct }: IncomingMessage): ResponseHead {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(headersDistinct))
    if (name !== 'set-cookie' && !ownHeaders.has(name)) headers[name] = values.join(', ');
  return { statusCode, headers, cookies: headersDistinct['set-cookie'] ?? [] };
}

/** Returns a response in the format of the gateway, with a body that is not UTF-8 in Base64. */
export function gatewayResponse(head: ResponseHead, body: Buffer): APIGatewayProxyStructuredResultV2 {
  const isBase64Encoded = !isUtf8(body);
  return { ...head, body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** Largest response of a function, in bytes of its JSON. Lambda fails an invocation with a larger one. */
export const maxResponseBytes = 6_291_456;

/** Returns whether Lambda would reject a response. In its JSON, each quote of the body takes two bytes. */
export function isTooLarge(response: APIGatewayProxyStructuredResultV2): boolean {
  const length = response.body?.length ?? 0;
  return length > maxResponseBytes / 6 && Buffer.byteLength(JSON.stringify(response)) > maxResponseBytes;
}
