import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { type PartitionLimits, PartitionUnits } from './partition-limits.js';
import { throttledPartition } from './rejections.js';
import {
  answer,
  type Body,
  bodyOf,
  type HttpHandler,
  type HttpRequest,
  operationOf,
  readAnswer,
  withBody,
} from './wire.js';
import { WriteCosts } from './write-costs.js';

export interface ThrottlingHandlerOptions extends PartitionLimits {
  /** Talks to the engine: a request handler of the SDK, or options for `NodeHttpHandler`. */
  readonly handler?: HttpHandler | NodeHttpHandlerOptions | undefined;
}

/** A request handler that throttles, and what it did. */
export interface ThrottlingHandler extends Required<HttpHandler> {
  /**
   * Requests that were throttled, by partition: the name of the table, then the index and its partition key, or the id
   * of the item.
   */
  readonly throttled: ReadonlyMap<string, number>;
  /** Requests that reached the engine. */
  readonly passed: number;
  /** Writes that passed without being counted, by operation: batches and statements. */
  readonly uncounted: Readonly<Record<string, number>>;
}

const uncountedWrites = new Set(['BatchWriteItem', 'BatchExecuteStatement', 'ExecuteStatement', 'ExecuteTransaction']);

/**
 * Returns a request handler for `new DynamoDBClient({ requestHandler })` that throttles each partition of the table and
 * of its indexes as DynamoDB documents: by default 1,000 write and 3,000 read units a second. A write is rejected where
 * one of the index partitions that it changes is exhausted. Local engines never throttle.
 *
 * It has to see all writes, since it knows the keys of items by them. Queries of indexes are counted as reads; reads by
 * id are not.
 */
export function throttlingHandler({ handler, ...limits }: ThrottlingHandlerOptions = {}): ThrottlingHandler {
  const inner: HttpHandler = NodeHttpHandler.create(handler as NodeHttpHandlerOptions | undefined);
  const units = new PartitionUnits(limits);
  const writeCosts = new WriteCosts();
  const throttled = new Map<string, number>();
  const uncounted: Record<string, number> = {};
  let passed = 0;
  type Handled = Parameters<HttpHandler['handle']>;

  const reject = (partition: string, operation: string, reasons?: readonly boolean[]) => {
    throttled.set(partition, (throttled.get(partition) ?? 0) + 1);
    return { response: throttledPartition(operation, reasons) };
  };
  const pass = (request: HttpRequest, options: Handled[1]) => {
    passed++;
    return inner.handle(request, options);
  };

  async function query(request: HttpRequest, options: Handled[1], body: Body) {
    const partition = queriedPartition(body);
    if (!units.canRead(partition)) return reject(partition, 'Query');
    const measured = withBody(request, { ...body, ReturnConsumedCapacity: 'TOTAL' });
    const { response } = await pass(measured, options);
    const content = await readAnswer(response);
    const consumed = JSON.parse(content).ConsumedCapacity?.CapacityUnits ?? 0;
    units.takeRead({ partition, units: consumed });
    return { response: answer(response.statusCode, content, response) };
  }

  const handle: HttpHandler['handle'] = async (request, options = {}) => {
    const operation = operationOf(request);
    if (operation === 'Query') return query(request, options, bodyOf(request));
    if (operation !== undefined && uncountedWrites.has(operation))
      uncounted[operation] = (uncounted[operation] ?? 0) + 1;
    const cost = operation === undefined ? undefined : writeCosts.of(operation, bodyOf(request));
    if (!cost || operation === undefined) return pass(request, options);
    const short = units.takeWrite(cost.actions.flat());
    if (short) {
      const isShort = cost.actions.map((costs) => costs.some(({ partition }) => partition === short.partition));
      return reject(short.partition, operation, isShort);
    }
    const result = await pass(request, options);
    if (result.response.statusCode === 200) cost.onApplied();
    return result;
  };

  return {
    throttled,
    uncounted,
    get passed() {
      return passed;
    },
    handle,
    metadata: inner.metadata ?? { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: (key, value) => inner.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
    destroy: () => inner.destroy?.(),
  };
}

function queriedPartition(body: Body): string {
  const values = body.ExpressionAttributeValues as Record<string, { S?: string }> | undefined;
  const [, value = ''] = /=\s*(:\w+)/.exec(String(body.KeyConditionExpression)) ?? [];
  return `${body.TableName} ${body.IndexName ?? 'table'} ${values?.[value]?.S}`;
}
