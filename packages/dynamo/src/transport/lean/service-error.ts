import type { DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';
import { operation } from '@smithy/core/schema';
import { HttpResponse } from '@smithy/core/transport';
import { BadResponseError, type Reply } from '../reply.js';

/** The operation that the SDK's protocol is given to read an error: no output is read with it. */
const anyOperation = operation('com.amazonaws.dynamodb', 'Any', 0, 'unit', 'unit');

interface Protocol {
  deserializeResponse(schema: unknown, context: unknown, response: HttpResponse): Promise<unknown>;
}

/**
 * Returns the error in a reply as the SDK reads it: its classes, names, `$fault`, `$metadata`, `Item` and `CancellationReasons`.
 * @param reply a reply that names the type of its error: see `errorType`
 * @throws BadResponseError for a reply that the SDK cannot read
 */
export async function serviceError(config: DynamoDBClientResolvedConfig, reply: Reply): Promise<Error> {
  const { status: statusCode, headers, body } = reply;
  const response = new HttpResponse({ statusCode, headers: headers as Record<string, string>, body });
  try {
    await (config.protocol as Protocol).deserializeResponse(anyOperation, config, response);
    return new BadResponseError('is not an error', reply);
  } catch (error) {
    if (!('$fault' in (error as Error))) throw new BadResponseError('cannot be read', reply, { cause: error });
    return Object.defineProperty(error as Error, '$response', { value: response, enumerable: false });
  }
}
