import { type FaultyHandler, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';

/** A reply of the engine that the client has not received yet. */
interface Reply {
  operation: string;
  arrive(): void;
}

export interface HeldTable extends FreshTable {
  /** A service without cache and without faults. */
  plain: UserService;
  /** A service whose requests meet the faults. */
  slow: UserService;
  faults: FaultyHandler;
  /** Holds the replies to these operations from now on. The engine executes them. */
  hold(...operations: string[]): void;
  /** Waits until this many replies are held, and returns them. */
  held(count: number): Promise<Reply[]>;
  /** Delays replies by this many milliseconds. */
  delayReplies(delayMs: () => number): void;
}

/** Creates a table whose replies a test can hold, so that the reply to a read arrives after a later write. */
export async function heldTable(): Promise<HeldTable> {
  const inner = new NodeHttpHandler();
  const replies: Reply[] = [];
  const waiting = new Set<() => void>();
  let operations: readonly string[] = [];
  let delayMs = () => 0;
  const handler = {
    async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
      const answer = await inner.handle(request, options);
      const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
      if (operations.includes(operation)) {
        await new Promise<void>((arrive) => {
          replies.push({ operation, arrive });
          for (const look of waiting) look();
        });
      }
      const ms = delayMs();
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return answer;
    },
    updateHttpClientConfig: inner.updateHttpClientConfig.bind(inner),
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
    destroy: () => inner.destroy(),
  };
  const faults = faultyHandler({ rules: [], record: true, handler });
  const honest = await freshTable();
  const { client } = await freshTable({ requestHandler: faults });
  const table = { ...honest, client };
  afterAll(() => {
    client.destroy();
    honest.client.destroy();
  });
  return {
    ...table,
    plain: new UserService({ model: new UserModel(honest) }),
    slow: new UserService({ model: new UserModel(table) }),
    faults,
    hold: (...names) => {
      operations = names;
    },
    held: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (replies.length < count) return;
          waiting.delete(look);
          resolve(replies.splice(0));
        };
        waiting.add(look);
        look();
      }),
    delayReplies: (next) => {
      delayMs = next;
    },
  };
}
