import type { Change, Models } from './change.js';
import { type ChangeRecord, changesOf } from './changes-of.js';

/** A change on its way to its handler. */
export interface Delivery<M extends Models> {
  readonly change: Change<M>;
  /** The stored id of its entity. */
  readonly entityId: string;
  /** The sequence number of its record. */
  readonly sequenceNumber: string;
}

/** How changes are handled. */
export interface HandlingOptions<M extends Models> {
  /**
   * Called with each change, and again with the same change if it throws. The changes of an entity are handled one at a
   * time, in order.
   */
  onChange(change: Change<M>): Promise<void> | void;
  /**
   * Number of entities whose changes are handled at the same time. With 1, all changes of a shard are handled in order.
   * @default 1
   */
  concurrency?: number | undefined;
}

/** A delivery whose handler failed. */
export interface HandlingFailure<M extends Models> {
  readonly error: unknown;
  readonly delivery: Delivery<M>;
}

/** The result of handling deliveries. */
export interface HandlingResult<M extends Models> {
  readonly failures: readonly HandlingFailure<M>[];
  /**
   * The unhandled deliveries, in order: failed ones, later ones of the same entities, and those left when the signal
   * was aborted.
   */
  readonly remaining: readonly Delivery<M>[];
}

/** Returns the deliveries of records, in order. @throws the errors of `changesOf` */
export function deliveriesOf<M extends Models>(models: M, records: readonly ChangeRecord[]): Delivery<M>[] {
  return records.flatMap((record) => {
    const entityId = storedIdOf(record);
    const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
    return changesOf(models, record).map((change) => ({ change, entityId, sequenceNumber }));
  });
}

/** Returns the stored id of the item that a record is about. */
export function storedIdOf({ dynamodb }: ChangeRecord): string {
  const { S = '' } = ((dynamodb?.NewImage ?? dynamodb?.OldImage)?.id ?? {}) as { S?: string };
  return S;
}

/**
 * Handles the changes of each entity in order. After a failure, it skips the later changes of that entity, and goes on
 * with those of other entities. Never rejects.
 * @param signal stops the start of further handlers
 */
export async function handleInOrder<M extends Models>(
  deliveries: readonly Delivery<M>[],
  { onChange, concurrency = 1 }: HandlingOptions<M>,
  signal?: AbortSignal,
): Promise<HandlingResult<M>> {
  const waiting = new Set(deliveries);
  const blocked = new Set<string>(); // entities with a change that is being handled, or has failed
  const failures: HandlingFailure<M>[] = [];

  /**
   * Returns the first change that may be handled. If there is none, other workers hold the entities of the remaining
   * changes.
   */
  function take(): Delivery<M> | undefined {
    for (const delivery of waiting) if (!blocked.has(delivery.entityId)) return delivery;
    return undefined;
  }

  async function work() {
    for (let delivery = take(); delivery && !signal?.aborted; delivery = take()) {
      blocked.add(delivery.entityId);
      try {
        await onChange(delivery.change);
        waiting.delete(delivery);
        blocked.delete(delivery.entityId);
      } catch (error) {
        failures.push({ error, delivery });
      }
    }
  }

  await Promise.all(Array.from({ length: concurrency }, work));
  return { failures, remaining: [...waiting] };
}

/** @throws RangeError unless the concurrency is a whole number from 1 to 1,000 */
export function checkConcurrency({ concurrency = 1 }: Pick<HandlingOptions<Models>, 'concurrency'>): void {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000) return;
  throw new RangeError(`concurrency is ${concurrency}; it takes a whole number from 1 to 1,000`);
}

/** Returns the fields of a change for a log line, without the values of the entity. */
export const logFieldsOf = <M extends Models>({ change }: Delivery<M>) => {
  const { model, type, id, version, eventId } = change as Change<Models>;
  return { model, type, id, version, eventId };
};
