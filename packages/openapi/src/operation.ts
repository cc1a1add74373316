import { responsesOf } from './error-responses.js';
import type { Procedure } from './list-procedures.js';
import type { SchemaOf } from './named-schemas.js';

/** Returns the OpenAPI operation of a procedure. */
export function operation({ path, tag, type, input, output, needs, orOwn }: Procedure, schemaOf: SchemaOf): object {
  const own = orOwn ? `, unless \`${orOwn}\` names the user of the caller` : '';
  const permission = needs ? `Needs the permission \`${needs}\`${own}.` : 'No permission allows it.';
  return {
    operationId: path.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary: type === 'query' ? `Query ${path}` : `Mutation ${path}`,
    description: `${permission} ${type === 'query' ? 'Reads only.' : 'May change stored data.'}`,
    ...(input && {
      requestBody: {
        required: !input.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(input, 'input') } },
      },
    }),
    responses: {
      200: {
        description: 'The result of the procedure',
        headers: { 'X-Request-Id': { schema: { type: 'string' } } },
        content: { 'application/json': { schema: resultOf(schemaOf(output, 'output')) } },
      },
      ...responsesOf(type),
    },
  };
}

/** Wraps data as tRPC does. */
function resultOf(data: object): object {
  const result = { type: 'object', required: ['data'], properties: { data } };
  return { type: 'object', required: ['result'], properties: { result } };
}
