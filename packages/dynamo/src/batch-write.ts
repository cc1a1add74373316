import type { Call } from './call.js';
import { mapBounded } from './chunks.js';
import { type Refused, transact } from './transact.js';
import type { Action } from './unique-claims.js';

/** DynamoDB's limits: 100 actions and 4 MB a transaction (we stay below). */
export const maxActions = 100;
const maxTransactionBytes = 3_500_000;
export const requestsAtOnce = 4;
/** Beside the item: names, keys and conditions of its actions. */
export const overheadBytes = 2_000;

/** One element of a batch with all that its write needs. */
export interface Part {
  readonly actions: Action[];
  readonly bytes: number;
  /** The outcome of a part that was refused by itself, or `again` where it may be sent once more, changed. */
  onRefused(refused: Refused): Part | undefined | Promise<Part | undefined>;
  onDone?(): void;
  onError(error: Error): void;
}

/** Parts in transactions of at most 100 actions and 3.5 MB; a part of more is refused by the database, alone. */
function inTransactions(parts: readonly Part[]): Part[][] {
  const transactions: Part[][] = [];
  let actions = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const part of parts) {
    actions += part.actions.length;
    bytes += part.bytes;
    if (actions > maxActions || bytes > maxTransactionBytes) {
      transactions.push([]);
      actions = part.actions.length;
      bytes = part.bytes;
    }
    transactions.at(-1)?.push(part);
  }
  return transactions;
}

/** Parts whose keys are all different first; what would touch a key twice waits for the next wave. */
function inWaves(parts: readonly Part[]): Part[][] {
  const waves: { keys: Set<string>; parts: Part[] }[] = [];
  for (const part of parts) {
    const keys = part.actions.map(keyOf);
    // a later element never overtakes an earlier one with the same key
    const last = waves.findLastIndex((wave) => keys.some((key) => wave.keys.has(key)));
    if (!waves[last + 1]) waves.push({ keys: new Set(), parts: [] });
    const wave = waves[last + 1];
    wave?.parts.push(part);
    for (const key of keys) wave?.keys.add(key);
  }
  return waves.map((wave) => wave.parts);
}

const keyOf = ({ Put, Delete }: Action): string => String(Put?.Item?.id ?? Delete?.Key?.id);

/** Writes all parts; each gets its own outcome. */
export async function writeParts(call: Call, parts: readonly Part[]): Promise<void> {
  for (const wave of inWaves(parts)) {
    await mapBounded(inTransactions(wave), requestsAtOnce, (some) => writeTransaction(call.part(), some));
  }
}

/** One transaction; of a cancelled one the guilty leave, or come back changed, and the rest is sent anew. */
async function writeTransaction(call: Call, all: readonly Part[]): Promise<void> {
  let parts = [...all];
  try {
    for (let attempt = 1; parts.length > 0; attempt++) {
      if (attempt > 2) await call.pause(attempt - 2, 'contention');
      const refused = await transact(
        call,
        parts.flatMap((part) => part.actions),
      );
      if (!refused) break;
      parts = await withoutGuilty(parts, refused);
    }
    for (const part of parts) part.onDone?.();
  } catch (error) {
    if (parts.length === 1 || !isOfOneItem(error)) {
      for (const part of parts) part.onError(error as Error);
    } else {
      // which of them the database means, it does not say: each by itself
      for (const part of parts) await writeTransaction(call.part(), [part]);
    }
  }
}

/** An error that one bad item brings over all its neighbours. */
const isOfOneItem = (error: unknown) =>
  /^(ValidationException|TransactionCanceledException|ItemTooLargeError)$/.test((error as Error).name);

async function withoutGuilty(parts: readonly Part[], refused: Refused): Promise<Part[]> {
  const left: Part[] = [];
  let first = 0;
  for (const part of parts) {
    const own = new Map(part.actions.flatMap((_, i) => (refused.has(first + i) ? [[i, refused.get(first + i)]] : [])));
    first += part.actions.length;
    const next = own.size === 0 ? part : await part.onRefused(own);
    if (next) left.push(next);
  }
  return left;
}
