import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const reads = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];

/** A request handler of the SDK that adds up the capacity units in the answers. */
export class CountingHandler extends NodeHttpHandler {
  read = 0;
  write = 0;

  override async handle(...args: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const { response } = await super.handle(...args);
    const body = await text(response.body);
    const operation =
      String(args[0].headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const { ConsumedCapacity = [] } = JSON.parse(body || '{}') as { ConsumedCapacity?: Consumed | Consumed[] };
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    this[reads.includes(operation) ? 'read' : 'write'] += units;
    response.body = Readable.from([body]);
    return { response };
  }
}

interface Consumed {
  CapacityUnits?: number;
}
