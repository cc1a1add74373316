import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An HTTP request as an API Gateway HTTP API or a function URL passes it on. */
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

/** Headers that are about the connection between the caller and the gateway, and the length that this side sets. */
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

/** Returns the HTTP request in an event. @throws TypeError for an event of another kind */
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
 * Returns path and query. The stage is the first part of the path, unless it is `$default` or the API has a domain of its
 * own. The query is passed on as it was sent: the parsed parameters lose the order, and some of the commas.
 */
function targetOf({ rawPath, rawQueryString, requestContext: { stage } }: APIGatewayProxyEventV2): string {
  const prefix = `/${stage}`;
  const isPrefixed = rawPath === prefix || rawPath.startsWith(`${prefix}/`);
  const path = isPrefixed ? rawPath.slice(prefix.length) || '/' : rawPath;
  // an HTTP API decodes the path
  const encoded = encoded7bit(path).replaceAll('?', '%3F').replaceAll('#', '%23');
  return rawQueryString ? `${encoded}?${encoded7bit(rawQueryString)}` : encoded;
}

/** Encodes spaces, control characters and all beyond ASCII, which no request line may hold. */
const encoded7bit = (text: string) =>
  text.replaceAll(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));

/** Returns the headers by their names in lower case. The gateway joins repeated ones with commas, and takes out cookies. */
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
