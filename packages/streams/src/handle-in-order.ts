import type { Change, Models } from './change.js';
import { type ChangeRecord, changesOf } from './changes-of.js';

/** A change on its way to its handler. */
export interface Delivery<M extends Models> {
  readonly change: Change<M>;
  /** The stored id of its entity. */
  readonly entityId: string;
  /** The place of its record in the stream. */
  readonly sequenceNumber: string;
}

/** How changes are handled. */
export interface HandlingOptions<M extends Models> {
  /**
   * Is called with each change, and again with the same one after it has failed. Changes of one entity come one after the other, in their order.
   */
  onChange(change: Change<M>): Promise<void> | void;
  /** The number of entities whose changes are handled at the same time; 1: all changes of a shard in their order. @default 1 */
  concurrency?: number | undefined;
}

/** A handler that failed. */
export interface HandlingFailure<M extends Models> {
  readonly error: unknown;
  readonly delivery: Delivery<M>;
}

/** What came of deliveries. */
export interface HandlingResult<M extends Models> {
  readonly failures: readonly HandlingFailure<M>[];
  /** In their order: those that failed, and the later ones of the same entities, which were not handled. */
  readonly remaining: readonly Delivery<M>[];
}

/** Returns the deliveries of records, in their order. @throws the errors of `changesOf` */
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
 * Handles changes, those of each entity in their order. After a failure, the later changes of that entity are left, and the others go on. Never rejects.
 * @param signal ends the handling after the changes that are being handled
 */
export async function handleInOrder<M extends Models>(
  deliveries: readonly Delivery<M>[],
  { onChange, concurrency = 1 }: HandlingOptions<M>,
  signal?: AbortSignal,
): Promise<HandlingResult<M>> {
  const waiting = new Set(deliveries);
  const blocked = new Set<string>(); // entities with a change that is being handled, or has failed
  const failures: HandlingFailure<M>[] = [];

  /** Takes the first change that may be handled. Where there is none, the changes left are those of other workers' entities. */
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

/** @throws RangeError for a concurrency that is no whole number from 1 to 1,000 */
export function checkConcurrency({ concurrency = 1 }: Pick<HandlingOptions<Models>, 'concurrency'>): void {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000) return;
  throw new RangeError(`concurrency is ${concurrency}; it takes a whole number from 1 to 1,000`);
}

/** Returns the fields of a change that a log line may have: no values of the entity. */
export const logFieldsOf = <M extends Models>({ change }: Delivery<M>) => {
  const { model, type, id, version, eventId } = change as Change<Models>;
  return { model, type, id, version, eventId };
};
