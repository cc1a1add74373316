import { listProcedures, type Procedure } from '@aws-starter-kit/procedures';
import type { AnyTRPCRouter } from '@trpc/server';
import { errorComponents, errorResponses } from './error-responses.js';
import { namedSchemas } from './named-schemas.js';
import { operation } from './operation.js';

export interface OpenApiOptions {
  router: AnyTRPCRouter;
  /** The version of the API. */
  version: string;
  /** The URL of the API. @default http://127.0.0.1:3000 */
  serverUrl?: string | undefined;
}

const description = `A procedure is called by \`POST /trpc/<procedure>\` with its input as the JSON body. It answers \`{ result: { data } }\`, or \`{ error }\`
with the status of its code. A procedure without input is a GET.

Queries are sent by POST too, because their inputs contain emails, and URLs end up in logs. The server also accepts a query by GET, with its input as JSON in
\`?input=\`, and several calls in one request (\`?batch=1\`); this document describes neither.

A mutation with the header \`Idempotency-Key\` can be retried after any failure, and is applied once. After 429 and 503, the header \`Retry-After\`
says when a retry may succeed. Without a key, read before you retry a write that failed with \`OUTCOME_UNKNOWN\`. The log of the API has each
request under its \`requestId\`, which is also in the header \`X-Request-Id\`.`;

/** Returns an OpenAPI 3.1 document of a router as plain JSON. */
export function openApiDocument({ router, version, serverUrl = 'http://127.0.0.1:3000' }: OpenApiOptions): object {
  const all = listProcedures(router);
  const schemas = namedSchemas(all);
  const paths = all.map((procedure) => [`/trpc/${procedure.path}`, pathItem(procedure, schemas.schemaOf)]);
  return {
    openapi: '3.1.1',
    info: { title: 'aws-starter-kit', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl }],
    security: [{ bearerAuth: [] }],
    tags: [...new Set(all.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { ...schemas.components(), ...errorComponents() },
      responses: errorResponses(),
    },
  };
}

const pathItem = (procedure: Procedure, schemaOf: Parameters<typeof operation>[1]) =>
  procedure.input ? { post: operation(procedure, schemaOf) } : { get: operation(procedure, schemaOf) };
