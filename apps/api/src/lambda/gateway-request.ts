import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An HTTP request from an API Gateway HTTP API or a function URL. */
export interface GatewayRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The caller's IP address as the gateway saw it, never as a header says. */
  readonly sourceAddress: string;
  readonly requestId: string;
}

/** Headers to drop: those of the connection between caller and gateway, and the length, which is set anew. */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Returns the HTTP request in an event. @throws TypeError for any other event */
export function gatewayRequest(event: APIGatewayProxyEventV2): GatewayRequest {
  const { requestContext: context, version, body = '', isBase64Encoded } = event ?? {};
  if (version !== '2.0' || !context?.http)
    throw new TypeError(
      'The event is not an HTTP request in the payload format 2.0: invoke the function by an API Gateway HTTP API with that format, or by a function URL',
    );
  const { method, sourceIp: sourceAddress } = context.http;
  return {
    method,
    target: targetOf(event),
    headers: headersOf(event),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    sourceAddress,
    requestId: context.requestId,
  };
}

/**
 * Returns path and query without the stage, which is the first part of the path unless it is `$default` or the API has
 * a custom domain. The query is the raw one: the gateway's parsed parameters lose the order, and some commas.
 */
function targetOf({ rawPath, rawQueryString, requestContext: { stage } }: APIGatewayProxyEventV2): string {
  const prefix = `/${stage}`;
  const isPrefixed = rawPath === prefix || rawPath.startsWith(`${prefix}/`);
  const path = isPrefixed ? rawPath.slice(prefix.length) || '/' : rawPath;
  // an HTTP API decodes the path
  const encoded = encoded7bit(path).replaceAll('?', '%3F').replaceAll('#', '%23');
  return rawQueryString ? `${encoded}?${encoded7bit(rawQueryString)}` : encoded;
}

/** Encodes spaces, control characters and non-ASCII characters, which are not allowed in a request line. */
const encoded7bit = (text: string) =>
  text.replaceAll(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));

/**
 * Returns the headers by lower-case name. The gateway joins repeated headers with commas, and passes cookies
 * separately.
 */
function headersOf({ headers, cookies = [], requestContext }: APIGatewayProxyEventV2): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase();
    if (value !== undefined && !connectionHeaders.has(lower)) passed[lower] = value;
  }
  if (cookies.length > 0) passed.cookie = cookies.join('; ');
  passed.host ??= requestContext.domainName;
  return passed;
}
