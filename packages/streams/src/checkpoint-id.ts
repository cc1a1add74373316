import type { ChangeRecord } from './changes-of.js';
import { storedIdOf } from './handle-in-order.js';

/** The prefix of checkpoint ids, which begins with a character that no entity name has. */
export const checkpointPrefix = '#CHECKPOINT#';

/** Returns whether a record is of a checkpoint. A checkpoint for it would cause the next record, in an endless loop. */
export const isOfCheckpoint = (record: ChangeRecord): boolean => storedIdOf(record).startsWith(checkpointPrefix);
