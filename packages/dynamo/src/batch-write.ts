import type { Call } from './call.js';
import { inChunks, mapBounded } from './chunks.js';
import { creating, prepareNew } from './create.js';
import { deletingStored } from './delete.js';
import type { StoredItem } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { getItems } from './read.js';
import { type Action, isAnswer, outcomeOf, type Refused, sendTransaction, type Write } from './write.js';

/** DynamoDB's limits: 25 items a BatchWriteItem, 100 actions and 4 MB a transaction (we stay below). */
const writesInABatch = 25;
export const maxActions = 100;
export const maxTransactionBytes = 3_500_000;
/** Beside the items: names, keys and conditions of an action. */
const overheadBytes = 2_000;
const requestsAtOnce = 4;

export const sizeOf = ({ actions, bytes }: Write<unknown>): number => bytes + overheadBytes * actions.length;

/** The key that an action is on; no two of one transaction may be on the same. */
export const keyOf = ({ Put, ...others }: Action): string =>
  String(Put?.Item?.id ?? (others.Update ?? others.Delete ?? others.ConditionCheck)?.Key?.id);

/** One write of a batch, and where its outcome goes. */
interface Element {
  readonly write: Write<unknown>;
  readonly onAnswer: () => void;
  readonly onError: (error: Error) => void;
}

/** Creates many, each with its claims; each failure has the index of its element. */
export async function createItems(call: Call, kind: EntityKind, list: readonly object[]) {
  const created: (StoredItem | undefined)[] = [];
  const failed: { index: number; error: Error }[] = [];
  const elements: Element[] = [];
  await mapBounded([...list.entries()], kind.findUnclaimed ? requestsAtOnce : 1, async ([index, data]) => {
    const onError = (error: Error) => void failed.push({ index, error });
    try {
      const prepared = await prepareNew(kind, data);
      const onAnswer = () => {
        created[index] = prepared.item;
      };
      elements[index] = { write: await creating(call.part(), kind, prepared), onAnswer, onError };
    } catch (error) {
      onError(error as Error);
    }
  });
  await writeAll(call, elements.filter(Boolean)); // elements that failed already left holes
  failed.sort((a, b) => a.index - b.index);
  return { success: created.filter((item) => item !== undefined), failed };
}

/** Deletes many by their stored ids, each with its claims, and answers what failed. An id without an item does not: it is not there. */
export async function deleteItems(call: Call, kind: EntityKind, ids: readonly string[]): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>();
  const isPlain = kind.unique.length === 0;
  const remove = isPlain ? deleteChunk : deleteWithClaims;
  const [size, atOnce] = isPlain ? [writesInABatch, requestsAtOnce] : [maxActions, 2]; // of 100 with claims two transactions each
  await mapBounded(inChunks(ids, size), atOnce, (chunk) => remove(call.part(), kind, chunk, failures));
  return failures;
}

/** Plain deletes; what DynamoDB did not get to comes back by key and is sent again. */
async function deleteChunk(call: Call, _: EntityKind, ids: readonly string[], failures: Map<string, Error>) {
  const { tableName } = call.connection;
  let left = ids;
  try {
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > 1) await call.pause(attempt - 1, 'throughput');
      const { UnprocessedItems } = await call.send('BatchWriteItem', {
        RequestItems: { [tableName]: left.map((id) => ({ DeleteRequest: { Key: { id } } })) },
      });
      const unprocessed = (UnprocessedItems?.[tableName] ?? []).map((one) => String(one.DeleteRequest?.Key?.id));
      if (unprocessed.length < left.length) attempt = 1; // progress
      left = unprocessed;
      // what this try did not get to, the one before it, whose answer was lost, may have
      if (call.isRepeat && left.length > 0) call.mayHaveWritten = true;
    }
  } catch (error) {
    for (const id of left) failures.set(id, outcomeOf(call, error));
  }
}

async function deleteWithClaims(call: Call, kind: EntityKind, ids: readonly string[], failures: Map<string, Error>) {
  const found = await getItems(call, ids, true).catch((error: Error) => {
    for (const id of ids) failures.set(id, error);
  });
  const elements = [...(found?.values() ?? [])].flatMap((stored): Element | [] => {
    const step = deletingStored(call, kind, stored);
    const onError = (error: Error) => void failures.set(stored.id, error);
    return isAnswer(step) ? [] : { write: step, onAnswer: () => {}, onError };
  });
  await writeAll(call, elements);
}

/** Writes all; each gets its own outcome. */
async function writeAll(call: Call, elements: readonly Element[]): Promise<void> {
  for (const wave of inWaves(elements)) {
    await mapBounded(inTransactions(wave), requestsAtOnce, (some) => writeTransaction(call.part(), some));
  }
}

/** Elements whose keys are all different first; what would touch a key twice waits for the next wave. */
function inWaves(elements: readonly Element[]): Element[][] {
  const waves: { keys: Set<string>; elements: Element[] }[] = [];
  for (const element of elements) {
    const keys = element.write.actions.map(keyOf);
    // a later element never overtakes an earlier one with the same key
    const last = waves.findLastIndex((wave) => keys.some((key) => wave.keys.has(key)));
    if (!waves[last + 1]) waves.push({ keys: new Set(), elements: [] });
    const wave = waves[last + 1];
    wave?.elements.push(element);
    for (const key of keys) wave?.keys.add(key);
  }
  return waves.map((wave) => wave.elements);
}

/** Elements in transactions within DynamoDB's limits; one that is over them is refused by the database, alone. */
function inTransactions(elements: readonly Element[]): Element[][] {
  const transactions: Element[][] = [];
  let actions = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const element of elements) {
    actions += element.write.actions.length;
    bytes += sizeOf(element.write);
    if (actions > maxActions || bytes > maxTransactionBytes) {
      transactions.push([]);
      actions = element.write.actions.length;
      bytes = sizeOf(element.write);
    }
    transactions.at(-1)?.push(element);
  }
  return transactions;
}

/** One transaction; of a cancelled one the guilty leave, or come back changed, and the rest is sent anew. */
async function writeTransaction(call: Call, all: readonly Element[]): Promise<void> {
  let elements = [...all];
  try {
    for (let attempt = 1; elements.length > 0; attempt++) {
      if (attempt > 2) await call.pause(attempt - 2, 'contention');
      const refused = await sendTransaction(
        call,
        elements.flatMap(({ write }) => write.actions),
      );
      if (!refused) break;
      elements = withoutGuilty(call, elements, refused);
    }
    for (const { onAnswer } of elements) onAnswer();
  } catch (error) {
    if (elements.length === 1 || !isOfOneItem(error)) {
      for (const { onError } of elements) onError(error as Error);
    } else {
      // which of them the database means, it does not say: each by itself
      for (const element of elements) await writeTransaction(call.part(), [element]);
    }
  }
}

/** An error that one bad item brings over all its neighbours. */
const isOfOneItem = (error: unknown) =>
  /^(ValidationException|SerializationException|TransactionCanceledException|ItemTooLargeError)$/.test(
    (error as Error).name,
  );

function withoutGuilty(call: Call, elements: readonly Element[], refused: Refused): Element[] {
  const ownRefusals = refusalsOf(
    elements.map(({ write }) => write),
    refused,
  );
  return elements.flatMap((element, i): Element | [] => {
    const own = ownRefusals[i];
    if (!own) return element;
    try {
      const step = element.write.refused(call, own);
      if (!isAnswer(step)) return { ...element, write: step };
      element.onAnswer();
    } catch (error) {
      element.onError(error as Error);
    }
    return [];
  });
}

/** What was refused of each write of one transaction, by the positions of its own actions; undefined: nothing of it. */
export function refusalsOf(writes: readonly Write<unknown>[], refused: Refused): (Refused | undefined)[] {
  let first = 0;
  return writes.map(({ actions }) => {
    const own = new Map(actions.flatMap((_, i) => (refused.has(first + i) ? [[i, refused.get(first + i)]] : [])));
    first += actions.length;
    return own.size > 0 ? own : undefined;
  });
}
