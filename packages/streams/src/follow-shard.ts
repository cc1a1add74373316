import type { _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Models } from './change.js';
import { isOfCheckpoint } from './checkpoint-id.js';
import type { FollowedShard, Follower } from './follower.js';
import { type Delivery, deliveriesOf, handleInOrder, logFieldsOf } from './handle-in-order.js';
import { backOff, patiently, pause } from './patience.js';
import { type RecordPage, recordsInAPage, type ShardStart } from './stream-reader.js';

/**
 * Handles the changes of a shard until it is closed and read to its end, or the follower ends.
 * @param onBegin called once the start is fixed, so that all later changes are handled
 * @returns whether the shard is finished
 * @throws errors that no retry can fix; AbortError
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

/** Returns whether more records are waiting: the page is full, or its newest record is old. */
function isBehind(records: readonly StreamsRecord[], pollMs: number): boolean {
  const newest = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
  if (newest === undefined || records.length >= recordsInAPage) return newest !== undefined;
  return Date.now() - newest.getTime() > 2 * pollMs + 1000; // the time of a record is rounded to the second
}

/** Reads the pages of a shard in order, and replaces iterators that have expired. */
function shardPages<M extends Models>(shard: FollowedShard, { reader, onGap, signal }: Follower<M>) {
  const { streamArn, shardId } = shard;
  let { position } = shard;
  let start: ShardStart = position === '' ? shard.from : { after: position };
  let iterator: string | undefined;

  /** Returns the next page; an empty last page if the shard is gone. */
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
    /** Moves the position behind a page whose records were handled. */
    passed({ records, next }: RecordPage) {
      iterator = next;
      position = sequenceNumberOf(records.at(-1)) ?? position;
    },
  };
}

const sequenceNumberOf = (record: StreamsRecord | undefined) => record?.dynamodb?.SequenceNumber;

/** The error for an iterator, which expires 15 minutes after its creation. */
const expiredIterator = 'ExpiredIteratorException';

/**
 * Errors that lose the place in a shard: the iterator has expired, its records were trimmed, or the shard or stream is
 * gone.
 */
const lostPlaces = new Set([expiredIterator, 'TrimmedDataAccessException', 'ResourceNotFoundException']);

/** Number of records after which a checkpoint is stored. A crash repeats at most as many. */
const recordsInAPart = 100;

/** Handles the records of a page, part by part. Returns false if the follower ended first. */
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

/**
 * Handles the changes of records, retries those that fail, and stores checkpoints. Returns false if the follower ended
 * first.
 */
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
      logger.error('The handler of a change failed: retrying', fields);
    }
    await save(lastBefore(records, remaining[0]?.sequenceNumber));
    if (signal.aborted) return false;
    await backOff(attempt, signal);
  }
  if (records.some((record) => !isOfCheckpoint(record))) await save(sequenceNumberOf(records.at(-1)));
  return true;
}

/** Returns the sequence number of the record before the given one, within a part. */
function lastBefore(records: readonly StreamsRecord[], sequenceNumber: string | undefined): string | undefined {
  const index = records.findIndex((record) => sequenceNumberOf(record) === sequenceNumber);
  return sequenceNumberOf(records[index - 1]);
}
