import { Logger } from '@aws-lambda-powertools/logger';
import { liveModels } from '@aws-starter-kit/api/services';
import { type AnyChange, changeKey, outbox, streamHandler, webhook } from '@aws-starter-kit/streams';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { WorkerEnv } from './worker-env.js';

/** Number of entities whose webhooks are sent concurrently. The changes of one entity are sent in order. */
const concurrency = 10;

/** A Lambda handler for a DynamoDB stream. */
export type StreamFunction = (
  event: DynamoDBStreamEvent,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse>;

/**
 * Returns the handler of the table's stream. It sends each change as a signed webhook, or logs it, without values of
 * the entity: the receiver reads them from the API. To send changes of another entity, add its model to `liveModels`.
 */
export function handleChanges({ webhook: receiver, logLevel, serviceName }: WorkerEnv): StreamFunction {
  const logger = new Logger({ serviceName, logLevel, sampleRateValue: 0 });
  const send = receiver && outbox({ toEvent, send: webhook(receiver) });
  const log = ({ model, type, id, version, eventId }: AnyChange) =>
    logger.info('change', { model, type, id, version, eventId });
  return streamHandler(liveModels(), { onChange: send ?? log, concurrency, logger });
}

/** Returns the event for a change, which is the same for each delivery. */
const toEvent = (change: AnyChange) => ({
  id: changeKey(change),
  type: `${change.model}.${change.type}`,
  timestamp: change.at,
  data: { id: change.id, version: change.version },
});
