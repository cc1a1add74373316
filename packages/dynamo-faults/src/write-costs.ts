import type { PartitionCost } from './partition-cost.js';
import type { Body } from './wire.js';

/** The partition and sort key of an item in each index, as `pk1` and `sk1`, … */
type Keys = Readonly<Record<string, string>>;
type Item = Readonly<Record<string, { readonly S?: string }>>;

/** One write of an item, on the wire. */
interface Action {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly isCheck?: boolean;
}

/** What a write costs in each partition, and what becomes of the keys of its items. */
export interface WriteCost {
  /** By action; more than one in a transaction. */
  readonly actions: readonly (readonly PartitionCost[])[];
  /** To be called once the write was applied. */
  readonly onApplied: () => void;
}

const singles = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const bytesPerUnit = 1024;

/**
 * Knows the index keys of all items that were written through it, and so which partitions of the indexes a write
 * changes. Follows the starter kit's names of index keys: `pk1` is the partition key of GSI1.
 */
export class WriteCosts {
  readonly #stored = new Map<string, { keys: Keys; units: number }>();

  /** Returns the cost of a request; undefined for one that is not understood, or does not write. */
  of(operation: string, body: Body): WriteCost | undefined {
    if (singles.has(operation)) return this.#costOf([body as Action], 1);
    if (operation !== 'TransactWriteItems' || !Array.isArray(body.TransactItems)) return undefined;
    const actions = body.TransactItems.map((one: Record<string, Action>) => ({
      ...Object.values(one)[0],
      isCheck: 'ConditionCheck' in one,
    }));
    return this.#costOf(actions, 2);
  }

  #costOf(actions: readonly Action[], factor: number): WriteCost {
    const changes = actions.map((action) => this.#changeOf(action, factor));
    return {
      actions: changes.map(({ costs }) => costs),
      onApplied: () => {
        for (const { id, after } of changes) {
          if (after) this.#stored.set(id, after);
          else this.#stored.delete(id);
        }
      },
    };
  }

  #changeOf(action: Action, factor: number) {
    const id = `${action.TableName} ${action.Item?.id?.S ?? action.Key?.id?.S}`;
    const before = this.#stored.get(id);
    const after = action.isCheck ? before : afterOf(action, before);
    const units = Math.max(before?.units ?? 1, after?.units ?? 1);
    const costs: PartitionCost[] = [{ partition: id, units: units * factor }];
    if (action.isCheck) return { id, after, costs };
    const names = new Set([...Object.keys(before?.keys ?? {}), ...Object.keys(after?.keys ?? {})]);
    for (const pk of names) {
      if (!pk.startsWith('pk')) continue;
      const [old, next] = [before, after].map((state) => placeIn(pk, state?.keys));
      const isSame = old?.pk === next?.pk && old?.sk === next?.sk;
      // an entry whose key changes is deleted, and put elsewhere
      for (const place of isSame ? [next] : [old, next]) {
        if (place)
          costs.push({
            partition: `${action.TableName} ${pk.replace('pk', 'GSI')} ${place.pk}`,
            units,
            sortKey: place.sk,
          });
      }
    }
    return { id, after, costs };
  }
}

function placeIn(pk: string, keys: Keys | undefined): { pk: string; sk: string } | undefined {
  const [partition, sk] = [keys?.[pk], keys?.[pk.replace('pk', 'sk')]];
  return partition === undefined || sk === undefined ? undefined : { pk: partition, sk };
}

function afterOf(action: Action, before: { keys: Keys; units: number } | undefined) {
  const { Item: item, UpdateExpression: update } = action;
  if (item) return { keys: keysIn(Object.entries(item)), units: unitsOf(item) };
  if (update === undefined) return undefined;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = action;
  const set = [...update.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)].map(
    ([, name = '', value = '']) => [names[name] ?? name, values[value] ?? {}] as const,
  );
  const removed = (/\bREMOVE\s+(.*?)(?:\b(?:SET|ADD|DELETE)\b|$)/s.exec(update)?.[1] ?? '')
    .split(',')
    .map((name) => names[name.trim()] ?? name.trim());
  const kept = Object.entries(before?.keys ?? {}).filter(([name]) => !removed.includes(name));
  return { keys: { ...Object.fromEntries(kept), ...keysIn(set) }, units: before?.units ?? 1 };
}

const keysIn = (attributes: readonly (readonly [string, { readonly S?: string }])[]): Keys =>
  Object.fromEntries(
    attributes.flatMap(([name, { S }]) => (/^[ps]k\d+$/.test(name) && S !== undefined ? [[name, S]] : [])),
  );

/** The names and values on the wire are somewhat longer than what DynamoDB counts. */
const unitsOf = (item: Item): number => Math.ceil(JSON.stringify(item).length / bytesPerUnit);
