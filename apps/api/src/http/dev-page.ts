import { devPages } from '@aws-starter-kit/local-api';
import type { FastifyInstance } from 'fastify';

/** The pages load nothing from elsewhere, and no other page may frame them. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/** Adds pages for developers: `GET /` says what runs here, and `/docs` shows the OpenAPI document. */
export function addDevPages(app: FastifyInstance): void {
  for (const { path, type, load } of devPages()) {
    app.get(path, async (request, reply) => {
      const body = await load(`${request.protocol}://${request.host}`);
      return reply.headers({ 'content-type': type, 'content-security-policy': policy }).send(body);
    });
  }
}
