import { Readable } from 'node:stream';
import { BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { type FaultyHandlerOptions, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';

type Item = Record<string, unknown> & { id: string };

/** The table as it is, beneath the model. */
export function rawTable({ patient: client, tableName: TableName }: FreshTable) {
  return {
    async get(id: string): Promise<Item | undefined> {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
      return Item as Item | undefined;
    },
    async put(item: Item): Promise<void> {
      await client.send(new PutCommand({ TableName, Item: item }));
    },
    async putAll(items: readonly Item[]): Promise<void> {
      for (let at = 0; at < items.length; at += 25) {
        const puts = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: item } }));
        await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
      }
    },
    async remove(id: string): Promise<void> {
      await client.send(new DeleteCommand({ TableName, Key: { id } }));
    },
    /** All items but the mark, by id. */
    async items(startsWith = ''): Promise<Item[]> {
      const items: Item[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
        items.push(...(Items as Item[]).filter(({ id }) => id !== 'UNIQUE#' && id.startsWith(startsWith)));
      }
      return items.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

/** A table, a client under faults, and a look beneath. Without rules it counts requests only. */
export async function faultyTable(options: Partial<FaultyHandlerOptions> = {}) {
  const honest = await freshTable();
  const gate = gatedHandler();
  const faults = faultyHandler({ rules: [], record: true, handler: gate.handler, ...options });
  const { client } = await freshTable({ requestHandler: faults });
  const table: FreshTable = { ...honest, client };
  return { honest, table, faults, gate, raw: rawTable(honest) };
}

type Handled = Parameters<NodeHttpHandler['handle']>;

/** Stands before the engine: runs work before a request gets there, or holds one back. */
function gatedHandler() {
  const inner = new NodeHttpHandler();
  let pending: { operation: string; n: number; work: () => Promise<unknown> } | undefined;
  let holding: { operation: string; isApplied: boolean; deliver: () => Promise<number> } | undefined;
  const denied = new Set<string>();
  const isOf = (operation: string, [request]: Handled) => request.headers['x-amz-target']?.endsWith(`.${operation}`);
  return {
    /** Runs `work` just before the n-th request of an operation gets there. */
    before(operation: string, n: number, work: () => Promise<unknown>): void {
      pending = { operation, n, work };
    },
    /**
     * Holds the next request of an operation: its attempt gets no answer. With `isApplied` it is delivered all the same, and only its answer is lost.
     * @returns delivers it, now or once more, and gives the status of the answer
     */
    hold(operation: string, { isApplied = false } = {}): () => Promise<number> {
      const held = { operation, isApplied, deliver: async () => 0 };
      holding = held;
      return () => held.deliver();
    },
    /** From now on the role may not use an operation. */
    deny(operation: string): void {
      denied.add(operation);
    },
    handler: {
      async handle(...[request, options]: Handled) {
        if ([...denied].some((operation) => isOf(operation, [request]))) {
          const body = Readable.from(['{"__type":"com.amazon.coral.service#AccessDeniedException"}']);
          return { response: new HttpResponse({ statusCode: 400, headers: {}, body }) };
        }
        if (holding && isOf(holding.operation, [request])) {
          const held = holding;
          holding = undefined;
          const copy = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
          held.deliver = async () => (await inner.handle(copy)).response.statusCode;
          if (held.isApplied) await held.deliver();
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        }
        if (pending && isOf(pending.operation, [request]) && --pending.n === 0) {
          const { work } = pending;
          pending = undefined;
          await work();
        }
        return inner.handle(request, options);
      },
      updateHttpClientConfig: inner.updateHttpClientConfig.bind(inner),
      httpHandlerConfigs: () => inner.httpHandlerConfigs(),
      destroy: () => inner.destroy(),
    },
  };
}

/** The claims of a table as `id → ownerId`. */
export async function claimsOf(raw: ReturnType<typeof rawTable>, entity: string): Promise<Record<string, unknown>> {
  const items = await raw.items(`UNIQUE#${entity}#`);
  return Object.fromEntries(items.map(({ id, ownerId }) => [id.slice(`UNIQUE#${entity}#`.length), ownerId]));
}
