import type { ChangeRecord } from './changes-of.js';
import { storedIdOf } from './handle-in-order.js';

/** The ids of checkpoints begin with a character that no name of an entity has. */
export const checkpointPrefix = '#CHECKPOINT#';

/** True for a record that a follower's own checkpoints have caused. To answer it with a checkpoint would cause the next one. */
export const isOfCheckpoint = (record: ChangeRecord): boolean => storedIdOf(record).startsWith(checkpointPrefix);
