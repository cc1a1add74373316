import { defaultLogger, type ModelLogger } from '@aws-starter-kit/dynamo';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Models } from './change.js';
import { checkConcurrency, deliveriesOf, type HandlingOptions, handleInOrder, logFieldsOf } from './handle-in-order.js';

export interface StreamHandlerOptions<M extends Models> extends HandlingOptions<M> {
  /** @default a Powertools Logger by SERVICE_NAME and LOG_LEVEL */
  logger?: Pick<ModelLogger, 'error'> | undefined;
}

/** Share of the function's time in which it starts handlers. The rest is for running handlers and for the response. */
const shareOfTime = 0.8;

/**
 * Returns a Lambda function for the stream of a table. Its event source mapping needs
 * `FunctionResponseTypes: [ReportBatchItemFailures]`: without it, Lambda ignores the response, and failed changes are
 * lost.
 *
 * After a failure, the function skips the later changes of that entity, and handles those of other entities. Lambda
 * then redelivers everything from the first unhandled change on. Handled changes among them come a second time;
 * `changeKey` identifies them. Changes for which there is no time are left to the next delivery.
 */
export function streamHandler<const M extends Models>(models: M, options: StreamHandlerOptions<M>) {
  checkConcurrency(options);
  return async ({ Records }: DynamoDBStreamEvent, context?: LambdaContext): Promise<DynamoDBBatchResponse> => {
    const deliveries = deliveriesOf(models, Records);
    const ended = new AbortController();
    const timer = context && setTimeout(() => ended.abort(), context.getRemainingTimeInMillis() * shareOfTime);
    const { failures, remaining } = await handleInOrder(deliveries, options, ended.signal);
    clearTimeout(timer);
    for (const { error, delivery } of failures) {
      (options.logger ?? defaultLogger()).error('The handler of a change failed: Lambda redelivers it', {
        ...logFieldsOf(delivery),
        error: error as Error,
      });
    }
    const [first] = remaining; // records of a batch come in the order of their sequence numbers
    return { batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [] };
  };
}

type LambdaContext = Pick<Context, 'getRemainingTimeInMillis'>;
