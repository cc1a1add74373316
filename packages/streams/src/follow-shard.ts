import type { _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Models } from './change.js';
import { isOfCheckpoint } from './checkpoint-id.js';
import type { FollowedShard, Follower } from './follower.js';
import { type Delivery, deliveriesOf, handleInOrder, logFieldsOf } from './handle-in-order.js';
import { backOff, patiently, pause } from './patience.js';
import { type RecordPage, recordsInAPage, type ShardStart } from './stream-reader.js';

/**
 * Handles the changes of a shard until it is closed and has no more, or the follower ends.
 * @param onBegin is called when the place in the shard is fixed: changes made later are handled
 * @returns whether the shard is done
 * @throws errors that a further attempt cannot change; AbortError
 */
export async function followShard<M extends Models>(
  shard: FollowedShard,
  follower: Follower<M>,
  onBegin: () => void,
): Promise<boolean> {
  const { checkpoints, pollMs, signal } = follower;
  const pages = shardPages(shard, follower);
  for (;;) {
    const page = await pages.read();
    onBegin();
    const isHandled = await handlePage(page.records, shard, follower);
    if (!isHandled || signal.aborted) return false;
    pages.passed(page);
    if (page.next === undefined) break;
    if (!isBehind(page.records, pollMs)) await pause(pollMs, signal);
  }
  await patiently(() => checkpoints.save(shard.key, { position: pages.position(), isDone: true }), follower);
  return true;
}

/** True where more records wait for their reader: the page is full, or its newest record is not new. */
function isBehind(records: readonly StreamsRecord[], pollMs: number): boolean {
  const newest = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
  if (newest === undefined || records.length >= recordsInAPage) return newest !== undefined;
  return Date.now() - newest.getTime() > 2 * pollMs + 1000; // its time is to the second
}

/** Reads the pages of a shard one after the other, whatever becomes of its iterators. */
function shardPages<M extends Models>(shard: FollowedShard, { reader, onGap, signal }: Follower<M>) {
  const { streamArn, shardId } = shard;
  let { position } = shard;
  let start: ShardStart = position === '' ? shard.from : { after: position };
  let iterator: string | undefined;

  /** Returns the next page; an empty last one where the shard is gone. */
  async function read(): Promise<RecordPage> {
    for (let attempt = 1; ; attempt++) {
      try {
        iterator ??= await reader.iterator(streamArn, shardId, start);
        return await reader.page(iterator);
      } catch (error) {
        const { name } = error as Error;
        if (!lostPlaces.has(name)) throw error;
        if (name !== expiredIterator) await onGap({ streamArn, shardId, after: position || undefined });
        if (name === 'ResourceNotFoundException') return { records: [], next: undefined };
        iterator = undefined;
        start = 'TRIM_HORIZON';
        if (name === expiredIterator) start = position === '' ? shard.from : { after: position };
        if (start === 'LATEST') await onGap({ streamArn, shardId, after: undefined });
        if (attempt > 1) await backOff(attempt, signal);
      }
    }
  }

  return {
    read,
    position: () => position,
    /** Its records are handled: goes on behind them. */
    passed({ records, next }: RecordPage) {
      iterator = next;
      position = sequenceNumberOf(records.at(-1)) ?? position;
    },
  };
}

const sequenceNumberOf = (record: StreamsRecord | undefined) => record?.dynamodb?.SequenceNumber;

/** An iterator expires 15 minutes after it was made. */
const expiredIterator = 'ExpiredIteratorException';

/** The iterator has expired; the position is older than the stream; the shard, or the stream, is gone. */
const lostPlaces = new Set([expiredIterator, 'TrimmedDataAccessException', 'ResourceNotFoundException']);

/** After so many records a checkpoint is stored: a follower that crashes has no more to do again. */
const recordsInAPart = 100;

/** Handles the records of a page, part by part. Returns false where the follower ended before. */
async function handlePage<M extends Models>(
  records: readonly StreamsRecord[],
  shard: FollowedShard,
  follower: Follower<M>,
): Promise<boolean> {
  for (let from = 0; from < records.length; from += recordsInAPart) {
    if (!(await handlePart(records.slice(from, from + recordsInAPart), shard, follower))) return false;
  }
  return true;
}

/** Handles the changes of records, again and again until none fails, and stores how far it has come. Returns false where the follower ended before. */
async function handlePart<M extends Models>(
  records: readonly StreamsRecord[],
  { key }: FollowedShard,
  follower: Follower<M>,
): Promise<boolean> {
  const { checkpoints, models, signal, logger } = follower;
  let saved: string | undefined;
  const save = async (position: string | undefined) => {
    if (position === undefined || position === saved) return;
    await patiently(() => checkpoints.save(key, { position, isDone: false }), follower);
    saved = position;
  };
  let remaining: readonly Delivery<M>[] = deliveriesOf(models, records);
  for (let attempt = 1; ; attempt++) {
    const result = await handleInOrder(remaining, follower, signal);
    remaining = result.remaining;
    if (remaining.length === 0) break;
    for (const { error, delivery } of result.failures) {
      const fields = { ...logFieldsOf(delivery), attempt, error: error as Error };
      logger.error('The handler of a change failed: it is called again', fields);
    }
    await save(lastBefore(records, remaining[0]?.sequenceNumber));
    if (signal.aborted) return false;
    await backOff(attempt, signal);
  }
  if (records.some((record) => !isOfCheckpoint(record))) await save(sequenceNumberOf(records.at(-1)));
  return true;
}

/** Returns the sequence number of the record before another one, of the same part. */
function lastBefore(records: readonly StreamsRecord[], sequenceNumber: string | undefined): string | undefined {
  const index = records.findIndex((record) => sequenceNumberOf(record) === sequenceNumber);
  return sequenceNumberOf(records[index - 1]);
}
