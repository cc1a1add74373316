import { defaultLogger, type ModelLogger } from '@aws-starter-kit/dynamo';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Models } from './change.js';
import { checkConcurrency, deliveriesOf, type HandlingOptions, handleInOrder, logFieldsOf } from './handle-in-order.js';

export interface StreamHandlerOptions<M extends Models> extends HandlingOptions<M> {
  /** @default a Powertools Logger by SERVICE_NAME and LOG_LEVEL */
  logger?: Pick<ModelLogger, 'error'> | undefined;
}

/**
 * Returns a Lambda function for the stream of a table. Its event source mapping needs `FunctionResponseTypes: [ReportBatchItemFailures]`: without it,
 * Lambda ignores the answer, and changes whose handler failed are lost.
 *
 * After a failure, the later changes of that entity are not handled, and those of other entities are. Lambda then delivers everything again from the
 * first failed change on, so changes that were handled come a second time: `(id, version, eventId)` recognises them.
 */
export function streamHandler<const M extends Models>(models: M, options: StreamHandlerOptions<M>) {
  checkConcurrency(options);
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { failures, remaining } = await handleInOrder(deliveriesOf(models, Records), options);
    for (const { error, delivery } of failures) {
      (options.logger ?? defaultLogger()).error(`The handler of a change failed: Lambda delivers it again`, {
        ...logFieldsOf(delivery),
        error: error as Error,
      });
    }
    const [first] = remaining; // records of a batch come in the order of their sequence numbers
    return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
  };
}
