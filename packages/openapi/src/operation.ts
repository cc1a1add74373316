import type { Procedure } from '@aws-starter-kit/procedures';
import { responsesOf } from './error-responses.js';
import type { SchemaOf } from './named-schemas.js';
import { procedureDescription } from './procedure-description.js';

/** Returns the OpenAPI operation of a procedure. */
export function operation(procedure: Procedure, schemaOf: SchemaOf): object {
  const { path, tag, type, input, output, takesKey } = procedure;
  return {
    operationId: path.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary: type === 'query' ? `Query ${path}` : `Mutation ${path}`,
    description: procedureDescription(procedure),
    ...(takesKey && { parameters: [idempotencyKey] }),
    ...(input && {
      requestBody: {
        required: !input.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(input, 'input') } },
      },
    }),
    responses: {
      200: {
        description: 'The result of the procedure',
        headers: {
          'X-Request-Id': { schema: { type: 'string' } },
          ...(takesKey && { 'Idempotency-Replayed': idempotencyReplayed }),
        },
        content: { 'application/json': { schema: resultOf(schemaOf(output, 'output')) } },
      },
      ...responsesOf(type),
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Text that is new for each new call, such as a random UUID. For 24 hours, a retry with the same key and input changes nothing and gets the first answer. A call with the same key and other input is rejected.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const idempotencyReplayed = {
  description: 'Present if the call had already been applied, under the same key',
  schema: { type: 'string', enum: ['true'] },
};

/** Wraps data as tRPC does. */
function resultOf(data: object): object {
  const result = { type: 'object', required: ['data'], properties: { data } };
  return { type: 'object', required: ['result'], properties: { result } };
}
