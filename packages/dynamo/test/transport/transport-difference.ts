import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { createDynamoClient } from '../../src/index.js';
import { ensureTable } from '../../src/table/ensure-table.js';
import { leanTransport } from '../../src/transport/lean/lean-transport.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';
import { sdkTransport } from '../../src/transport/sdk-transport.js';
import type { Operation, Operations, Transport } from '../../src/transport/transport.js';
import { attributes, attributeValue } from '../attribute-arbitraries.js';

/** A request for any table; ids are numbers until a run gives them a prefix of its own. */
type Request = { [N in Operation]: { operation: N; input: (place: Place) => Operations[N][0] } }[Operation];
interface Place {
  TableName: string;
  id: (n: number) => string;
}

const n = fc.nat({ max: 5 });
const key = ({ id }: Place, at: number) => ({ id: id(at) });
const alias = { '#a': 'a' };

/** Conditions that hold, conditions that do not, comparisons with any value, and an invalid expression. */
const condition = fc.oneof(
  fc.constant({}),
  fc.constant({ ConditionExpression: 'attribute_exists(id)' }),
  fc.constant({ ConditionExpression: 'attribute_not_exists(id)' }),
  attributeValue.map((value) => ({
    ConditionExpression: '#a = :a',
    ExpressionAttributeNames: alias,
    ExpressionAttributeValues: { ':a': value, ':unset': undefined },
  })),
  fc.constant({ ConditionExpression: 'no such' }),
);
const onRefusal = fc.constantFrom({}, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const });
const measured = fc.constantFrom({}, { ReturnConsumedCapacity: 'TOTAL' as const });
const item = fc
  .record({ a: attributeValue, rest: attributes })
  .map(({ a, rest }) => ({ ...rest, a, empty: undefined }));
const change = attributeValue.map((value) => ({
  UpdateExpression: 'SET #a = :new, #n = if_not_exists(#n, :zero) + :one',
  ExpressionAttributeNames: { ...alias, '#n': 'n' },
  ExpressionAttributeValues: { ':new': value, ':zero': 0, ':one': 1 },
}));

const put = fc.tuple(n, item, condition, onRefusal).map(([at, content, when, refusal]) => (place: Place) => ({
  TableName: place.TableName,
  Item: { ...content, ...key(place, at) },
  ...when,
  ...refusal,
}));
const remove = fc.tuple(n, condition, onRefusal).map(([at, when, refusal]) => (place: Place) => ({
  TableName: place.TableName,
  Key: key(place, at),
  ...when,
  ...refusal,
}));
const update = fc
  .tuple(n, change, fc.boolean(), onRefusal)
  .map(([at, changes, mustExist, refusal]) => (place: Place) => ({
    TableName: place.TableName,
    Key: key(place, at),
    ...changes,
    ...(mustExist && { ConditionExpression: 'attribute_exists(id)' }),
    ...refusal,
  }));
const indexed = fc
  .tuple(fc.constantFrom('x', 'y'), n)
  .map(([pk, sk]) => ({ pk1: pk, sk1: `s${sk}`, pk2: pk, sk2: `t${sk}` }));

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.tuple(n, fc.boolean(), measured).map(([at, ConsistentRead, cost]) => ({
    operation: 'GetItem' as const,
    input: (place: Place) => ({ TableName: place.TableName, Key: key(place, at), ConsistentRead, ...cost }),
  })),
  fc
    .tuple(put, fc.option(indexed, { nil: {} }), fc.constantFrom(undefined, 'ALL_OLD' as const))
    .map(([make, keys, ReturnValues]) => ({
      operation: 'PutItem' as const,
      input: (place: Place) => {
        const one = make(place);
        return { ...one, Item: { ...one.Item, ...keys }, ReturnValues };
      },
    })),
  fc
    .tuple(update, fc.constantFrom('ALL_NEW', 'ALL_OLD', 'UPDATED_NEW', 'WRONG'), measured)
    .map(([make, ReturnValues, cost]) => ({
      operation: 'UpdateItem' as const,
      input: (place: Place) => ({ ...make(place), ReturnValues: ReturnValues as 'ALL_NEW', ...cost }),
    })),
  remove.map((make) => ({
    operation: 'DeleteItem' as const,
    input: (place: Place) => ({ ...make(place), ReturnValues: 'ALL_OLD' as const }),
  })),
  fc
    .tuple(
      fc.array(
        fc.oneof(
          put.map((make) => (place: Place) => ({ Put: make(place) })),
          update.map((make) => (place: Place) => ({ Update: make(place) })),
          remove.map((make) => (place: Place) => ({ Delete: make(place) })),
          n.map((at) => (place: Place) => ({
            ConditionCheck: {
              TableName: place.TableName,
              Key: key(place, at),
              ConditionExpression: 'attribute_exists(id)',
            },
          })),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      measured,
    )
    .map(([actions, cost]) => ({
      operation: 'TransactWriteItems' as const,
      input: (place: Place) => ({
        TransactItems: actions.map((make) => make(place)),
        ClientRequestToken: randomUUID(),
        ...cost,
      }),
    })),
  fc.tuple(fc.array(n, { minLength: 1, maxLength: 6 }), measured).map(([all, cost]) => ({
    operation: 'BatchGetItem' as const,
    input: (place: Place) => ({
      RequestItems: { [place.TableName]: { Keys: all.map((at) => key(place, at)) } },
      ...cost,
    }),
  })),
  fc.uniqueArray(n, { minLength: 1, maxLength: 6 }).map((all) => ({
    operation: 'BatchExecuteStatement' as const,
    input: (place: Place) => ({
      Statements: all.map((at) => ({
        Statement: `DELETE FROM "${place.TableName}" WHERE "id" = ? AND ("n" IS MISSING OR "n" < ?)`,
        Parameters: [place.id(at), 3],
      })),
    }),
  })),
  fc.uniqueArray(fc.tuple(n, attributeValue), { minLength: 1, maxLength: 6, selector: ([at]) => at }).map((all) => ({
    operation: 'BatchExecuteStatement' as const,
    input: (place: Place) => ({
      Statements: all.map(([at, value]) => ({
        Statement: `INSERT INTO "${place.TableName}" VALUE {'id': ?, 'a': ?}`,
        Parameters: [place.id(at), value],
      })),
    }),
  })),
  fc
    .tuple(fc.constantFrom('x', 'y'), fc.boolean(), fc.constantFrom(undefined, 1, 3), measured)
    .map(([pk, ScanIndexForward, Limit, cost]) => ({
      operation: 'Query' as const,
      input: (place: Place) => ({
        TableName: place.TableName,
        IndexName: 'GSI1',
        KeyConditionExpression: 'pk1 = :pk AND begins_with(sk1, :s)',
        FilterExpression: 'begins_with(id, :run)',
        ExpressionAttributeValues: { ':pk': pk, ':s': 's', ':run': place.id(0).slice(0, -1) },
        ScanIndexForward,
        Limit,
        ...cost,
      }),
    })),
  fc.tuple(fc.option(n, { nil: undefined }), fc.constantFrom(undefined, 2)).map(([from, Limit]) => ({
    operation: 'Scan' as const,
    input: (place: Place) => ({
      TableName: place.TableName,
      FilterExpression: 'begins_with(id, :run)',
      ExpressionAttributeValues: { ':run': place.id(0).slice(0, -1) },
      Limit,
      ...(from !== undefined && { ExclusiveStartKey: key(place, from) }),
    }),
  })),
  fc.tuple(n, fc.constantFrom('missing-table', '!')).map(([at, TableName]) => ({
    operation: 'GetItem' as const,
    input: (place: Place) => ({ TableName, Key: key(place, at) }),
  })),
);

/** Returns an answer or an error with one name for both tables, so that the answers of the transports can be compared. */
function withOneName(value: unknown, TableName: string): unknown {
  if (typeof value === 'string') return value.replaceAll(TableName, 'table');
  if (value instanceof Uint8Array || value instanceof Set || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => withOneName(element, TableName));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replaceAll(TableName, 'table'), withOneName(inner, TableName)]),
  );
}

async function answer(transport: Transport, { operation, input }: Request, place: Place): Promise<unknown> {
  try {
    const output = await transport(operation, input(place) as never)({ isOver: false, isSent: false });
    const { $metadata: _, ...rest } = output as { $metadata?: unknown };
    return withOneName(rest, place.TableName);
  } catch (error) {
    const {
      name,
      message,
      $metadata,
      stack: _,
      ...fields
    } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const details = {
      name,
      message,
      status: $metadata?.httpStatusCode,
      fields,
      kind: (error as Error).constructor.name,
    };
    return { failed: withOneName(details, place.TableName), hasRequestId: $metadata && 'requestId' in $metadata };
  }
}

/**
 * Sends the same requests by both transports, each to a table of its own with the same history, and compares answers and errors.
 * @returns the number of requests, and of those that were rejected
 */
export async function compareTransports(endpoint: string, requests: number, seed?: number) {
  const client = createDynamoClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const lean = await side(client, (tableName) => leanTransport(serviceOf(client, tableName)));
  const sdk = await side(client, () => sdkTransport(client));
  const perRun = 50;
  const counts = { sent: 0, rejected: 0, operations: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: perRun, maxLength: perRun }), async (all) => {
      const run = randomUUID().slice(0, 8);
      const id = (at: number) => `${run}${at}`;
      for (const one of all) {
        const [ours, theirs] = await Promise.all([
          answer(lean.transport, one, { TableName: lean.tableName, id }),
          answer(sdk.transport, one, { TableName: sdk.tableName, id }),
        ]);
        deepStrictEqual(ours, theirs);
        counts.sent++;
        counts.operations.add(one.operation);
        if ('failed' in (ours as object)) counts.rejected++;
      }
    }),
    { numRuns: requests / perRun, endOnFailure: true, ...(seed !== undefined && { seed }) },
  );
  return counts;
}

async function side(client: DynamoDBDocumentClient, make: (tableName: string) => Transport) {
  const tableName = `test-${randomUUID()}`;
  await ensureTable({ client, tableName });
  return { tableName, transport: make(tableName) };
}
