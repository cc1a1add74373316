import type { DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';
import { operation } from '@smithy/core/schema';
import { HttpResponse } from '@smithy/core/transport';
import type { Reply } from './post.js';

/** What the SDK's protocol needs to read an error: no output is read with it. */
const anyOperation = operation('com.amazonaws.dynamodb', 'Any', 0, 'unit', 'unit');

interface Protocol {
  deserializeResponse(schema: unknown, context: unknown, response: HttpResponse): Promise<unknown>;
}

/** The error in an answer, read by the SDK itself: its classes, names, `$fault`, `$metadata`, `Item` and `CancellationReasons`. */
export async function serviceError(config: DynamoDBClientResolvedConfig, reply: Reply): Promise<Error> {
  const { status: statusCode, headers, body } = reply;
  const response = new HttpResponse({ statusCode, headers: headers as Record<string, string>, body });
  try {
    await (config.protocol as Protocol).deserializeResponse(anyOperation, config, response);
    return new Error(`An answer of status ${statusCode} that is no error`);
  } catch (error) {
    const failure = error as Error & { $metadata?: unknown };
    failure.$metadata ??= { httpStatusCode: statusCode, requestId: headers['x-amzn-requestid'] }; // it was no JSON
    return Object.defineProperty(failure, '$response', { value: response, enumerable: false });
  }
}
