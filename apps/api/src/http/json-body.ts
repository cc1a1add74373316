import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Accepts JSON in UTF-8 as the only type of body, and leaves its text to tRPC. Other bytes are rejected: decoded, they
 * would become replacement characters (U+FFFD), which would be stored.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    if (!isUtf8Declared(headers['content-type'])) done(Object.assign(new Error('not UTF-8'), { statusCode: 415 }));
    else if (!isUtf8(body)) done(Object.assign(new Error('not UTF-8'), { statusCode: 400 }));
    else done(null, body.toString());
  });
}

/** JSON over a network is UTF-8 (RFC 8259). Another charset would give the bytes another meaning. */
function isUtf8Declared(contentType = ''): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? [];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}

/**
 * Declares a body that was not sent as JSON. tRPC rejects a POST without content type, but a generated client sends
 * none if it has no body to send, and the input of some queries is optional.
 */
export function declareAbsentBody({ raw, body }: FastifyRequest): void {
  if (raw.method === 'POST' && body === undefined) raw.headers['content-type'] ??= 'application/json';
}
