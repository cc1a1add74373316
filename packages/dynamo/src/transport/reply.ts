import { isAscii } from 'node:buffer';

/** An HTTP reply, read to its end. The names of headers are in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * A reply that DynamoDB did not give, or that it gave to another request: an HTML page of a proxy, a body that was cut short, a reply that
 * arrived twice. It does not tell whether the request was carried out.
 */
export class BadResponseError extends Error {
  override readonly name = 'BadResponseError';
  readonly code = 'BAD_RESPONSE';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(problem: string, { status }: Reply, options?: ErrorOptions) {
    super(`The reply of status ${status} ${problem}`, options);
    this.$metadata = { httpStatusCode: status };
  }
}

/** Returns the JSON object in a body. @throws BadResponseError for any other body: DynamoDB sends at least `{}` */
export function jsonIn(reply: Reply): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(textOf(reply.body));
  } catch (cause) {
    throw new BadResponseError('is not from DynamoDB: its body is not JSON', reply, { cause });
  }
  if (isJsonObject(json)) return json;
  throw new BadResponseError('is not from DynamoDB: its body is not a JSON object', reply);
}

/** Node reads bytes as ASCII in a seventh of the time that it takes for UTF-8. */
const textOf = (body: Buffer): string => body.toString(isAscii(body) ? 'latin1' : 'utf8');

/**
 * Returns the type of DynamoDB's error in a reply that is not a success, such as `ValidationException`.
 * @throws BadResponseError for a reply without a type: something on the way gave it, which may have passed the request on
 */
export function errorType(reply: Reply): string {
  const error = reply.body.length === 0 ? {} : jsonIn(reply);
  const type = error.__type ?? reply.headers['x-amzn-errortype'];
  if (typeof type === 'string' && type !== '') return type.replace(/^.*#|[:,].*$/gs, '');
  throw new BadResponseError('is not from DynamoDB: it has no type of error', reply);
}

const isJsonObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** DynamoDB's errors about the time of a signature. The `date` of any other reply may be that of a proxy with a wrong clock. */
const clockErrors = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** Whether a clock may be set by the `date` of a reply with this error. */
export const isClockError = (type: string): boolean => clockErrors.has(type);
