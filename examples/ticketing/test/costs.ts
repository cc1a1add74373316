import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What some work sent: its requests by operation, and the units that the database reports for them. */
export interface Cost {
  readonly requests: Record<string, number>;
  read: number;
  write: number;
}
interface Answer {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}
interface Capacity {
  readonly CapacityUnits?: number;
}

type Call = () => Promise<unknown>;
/** What a call returned, and what it cost. */
export type Measured = Cost & { readonly result: unknown };
/** Measures a call. */
export type CostOf = (work: Call) => Promise<Measured>;

/** Counts what a client sends from now on, whichever library it serves. */
export function countRequests(client: DynamoDBDocumentClient): CostOf {
  let cost: Cost = { requests: {}, read: 0, write: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const operation = commandName.replace('Command', '');
        cost.requests[operation] = (cost.requests[operation] ?? 0) + 1;
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity = [] } = result.output as Answer;
        for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) {
          cost[/Get|Query|Scan/.test(operation) ? 'read' : 'write'] += CapacityUnits;
        }
        return result;
      },
    { step: 'initialize' },
  );
  const counted = () => {
    const all = cost;
    cost = { requests: {}, read: 0, write: 0 };
    return all;
  };
  return async (work) => {
    counted();
    const result = await work();
    return { ...counted(), result };
  };
}

/** Returns what each pattern costs, one after the other: what `prepare` needs is not counted. */
export async function costsOf<P>(
  patterns: Readonly<Record<string, P>>,
  prepare: (pattern: P) => Call | Promise<Call>,
  costOf: CostOf,
): Promise<Map<string, Measured>> {
  const costs = new Map<string, Measured>();
  for (const [name, pattern] of Object.entries(patterns)) costs.set(name, await costOf(await prepare(pattern)));
  return costs;
}

/** Returns the cells of a cost: requests by operation, read units, write units. */
export function cellsOf(cost: Cost | undefined): string[] {
  if (!cost) return ['–', '', ''];
  const requests = Object.entries(cost.requests).map(([operation, n]) => `${n === 1 ? '' : `${n} `}\`${operation}\``);
  return [requests.join(', '), ...[cost.read, cost.write].map((units) => (units === 0 ? '' : String(units)))];
}

/** Returns the sum of some costs, with the number of all requests. */
export function sumOf(costs: readonly Cost[]): string[] {
  const sum = (of: (cost: Cost) => number) => String(costs.reduce((total, cost) => total + of(cost), 0));
  return [
    sum(({ requests }) => Object.values(requests).reduce((a, b) => a + b, 0)),
    sum(({ read }) => read),
    sum(({ write }) => write),
  ];
}
