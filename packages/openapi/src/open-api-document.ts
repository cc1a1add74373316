import type { AnyTRPCRouter } from '@trpc/server';
import { errorComponents, errorResponses } from './error-responses.js';
import { namedSchemas } from './named-schemas.js';
import { operation } from './operation.js';
import { type Procedure, procedures } from './procedures.js';

export interface OpenApiOptions {
  router: AnyTRPCRouter;
  /** The version of the API. */
  version: string;
  /** Where the API answers. @default http://127.0.0.1:3000 */
  serverUrl?: string | undefined;
}

const description = `Each procedure is called by \`POST /trpc/<procedure>\` with its input as the JSON body, and answers \`{ result: { data } }\`, or
\`{ error }\` with the status that belongs to its code. A procedure that takes nothing is a GET.

Queries, too, are sent by POST: their inputs hold addresses, and URLs end up in logs. The server also takes a query by GET, with
\`?input=\` and the JSON of its input, and several calls in one request (\`?batch=1\`); this document leaves both out.

Nothing is repeated by itself. After 429 and 503 the header \`Retry-After\` says when another try may succeed; where it is missing
(\`OUTCOME_UNKNOWN\`), read before you write again. \`requestId\`, also the header \`X-Request-Id\`, names the request in the log of the API.`;

/** Describes a router as it is served: an OpenAPI 3.1 document, as plain JSON. */
export function openApiDocument({ router, version, serverUrl = 'http://127.0.0.1:3000' }: OpenApiOptions): object {
  const all = procedures(router);
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
