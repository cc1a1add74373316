import { responsesOf } from './error-responses.js';
import type { SchemaOf } from './named-schemas.js';
import type { Procedure } from './procedures.js';

/** The operation that calls a procedure. */
export function operation({ path, tag, type, input, output, needs, orOwn }: Procedure, schemaOf: SchemaOf): object {
  const own = orOwn ? `, or that \`${orOwn}\` names the user who calls` : '';
  const permission = needs ? `Needs the permission \`${needs}\`${own}.` : 'Open to nobody.';
  return {
    operationId: path.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary: type === 'query' ? `Query ${path}` : `Mutation ${path}`,
    description: `${permission} ${type === 'query' ? 'Changes nothing.' : 'May change what is stored.'}`,
    ...(input && {
      requestBody: {
        required: !input.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(input, 'input') } },
      },
    }),
    responses: {
      200: {
        description: 'What the procedure gives',
        headers: { 'X-Request-Id': { schema: { type: 'string' } } },
        content: { 'application/json': { schema: answer(schemaOf(output, 'output')) } },
      },
      ...responsesOf(type),
    },
  };
}

/** As tRPC wraps it. */
function answer(data: object): object {
  const result = { type: 'object', required: ['data'], properties: { data } };
  return { type: 'object', required: ['result'], properties: { result } };
}
