export {
  type AnyChange,
  type Change,
  type ChangingModel,
  changeKey,
  type EntityChange,
  type Models,
} from './change.js';
export {
  type ChangeFeed,
  type ChangeFeedOptions,
  changeFeed,
  FeedClosedError,
  TooManySubscribersError,
} from './change-feed.js';
export { type ChangeRecord, changesOf } from './changes-of.js';
export { type Checkpoint, type Checkpoints, memoryCheckpoints } from './checkpoints.js';
export { type FollowOptions, followStream } from './follow-stream.js';
export type { Gap } from './follower.js';
export type { HandlingOptions } from './handle-in-order.js';
export { type OutboxOptions, outbox } from './outbox.js';
export { type Effects, projection } from './projection.js';
export { type RebuildOptions, rebuild } from './rebuild.js';
export { type StreamHandlerOptions, streamHandler } from './stream-handler.js';
export type { FeedEvent } from './subscriber.js';
export { type TableCheckpointsOptions, tableCheckpoints } from './table-checkpoints.js';
export { WebhookError, type WebhookEvent, type WebhookOptions, webhook } from './webhook.js';
