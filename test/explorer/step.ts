/** The items that a request reads and writes. */
export interface Keys {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** One decision of a schedule: a request is delivered, held back or arrives late. */
export interface Step {
  /** Unique in a run, and the same in each run in which the step can be taken: `A1 held`. */
  readonly label: string;
  /** Steps of one actor always depend on each other. */
  readonly actor: string;
  readonly keys: Keys;
  /** Depends on every other step. */
  readonly isBarrier?: boolean;
  /** Set once it is taken: the table is as before. */
  isIdle?: boolean;
}

/** Whether two steps come to the same in either order, so that one order of the two is enough. */
export function areIndependent(one: Step, other: Step): boolean {
  if (one.isBarrier || other.isBarrier || one.actor === other.actor) return false;
  if (one.isIdle && other.isIdle) return true;
  return !disturbs(one, other) && !disturbs(other, one);
}

const disturbs = ({ isIdle, keys }: Step, { keys: { reads, writes } }: Step): boolean =>
  !isIdle && keys.writes.some((key) => reads.includes(key) || writes.includes(key));

export const noKeys: Keys = { reads: [], writes: [] };

type Body = Readonly<Record<string, unknown>>;
type Action = Readonly<Record<string, { readonly Item?: Key; readonly Key?: Key }>>;
type Key = Readonly<Record<string, { readonly S?: string }>>;
type Batch = Readonly<Record<string, { readonly Keys: readonly Key[] }>>;

/** Returns the keys in the body of a request, in DynamoDB's wire format. */
export function keysOf(operation: string, body: Body): Keys {
  switch (operation) {
    case 'GetItem':
      return { reads: [idOf(body.Key as Key)], writes: [] };
    case 'BatchGetItem':
      return { reads: Object.values(body.RequestItems as Batch).flatMap(({ Keys }) => Keys.map(idOf)), writes: [] };
    case 'Query':
      return { reads: [(body.ExpressionAttributeValues as Key)[':pk']?.S ?? ''], writes: [] };
    case 'PutItem':
      return { reads: [], writes: [idOf(body.Item as Key)] };
    case 'UpdateItem':
    case 'DeleteItem':
      return { reads: [], writes: [idOf(body.Key as Key)] };
    case 'TransactWriteItems':
      return keysOfActions(body.TransactItems as readonly Action[]);
    default:
      throw new TypeError(`The explorer does not know the keys of a ${operation}`);
  }
}

function keysOfActions(actions: readonly Action[]): Keys {
  const reads: string[] = [];
  const writes: string[] = [];
  for (const action of actions) {
    for (const [name, { Item, Key }] of Object.entries(action)) {
      (name === 'ConditionCheck' ? reads : writes).push(idOf(Item ?? Key), ...versionsOf(Item));
    }
  }
  return { reads, writes };
}

/** The partition of the versions of an entity: a query reads the versions that others write. */
const versionsOf = (item: Key | undefined): string[] => {
  const partition = item?.pk1?.S ?? '';
  return /^[A-Z]+@/.test(partition) ? [partition] : [];
};

const idOf = (key: Key | undefined): string => key?.id?.S ?? '';
