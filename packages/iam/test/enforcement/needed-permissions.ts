import type { Body } from '../../../dynamo-faults/src/wire.js';

/** A permission that IAM checks. A request needs all of its permissions. */
export interface NeededPermission {
  /** With its prefix, such as `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  /** The condition keys of the request, such as `dynamodb:LeadingKeys`, with their values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The account of local engines, and the region of the tests. */
export const tableArnOf = (name: string) =>
  name.startsWith('arn:') ? name : `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;

interface Part {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}
type Item = Readonly<Record<string, { S?: string }>>;

const actionOfPart = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;

const actionOfStatement: Readonly<Record<string, string>> = {
  INSERT: 'PartiQLInsert',
  UPDATE: 'PartiQLUpdate',
  DELETE: 'PartiQLDelete',
  SELECT: 'PartiQLSelect',
};

/** Operations on one table that need the action of the same name. */
const ofOneTable = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable'],
  ...['DescribeTimeToLive', 'UpdateTimeToLive', 'DescribeContinuousBackups', 'UpdateContinuousBackups'],
  ...['ListTagsOfResource', 'TagResource'],
]);

/**
 * Returns the permissions that a request needs, by AWS's Service Authorization Reference and the pages of each
 * operation. A transaction needs the actions of its parts, a batch the batch action on each table, and a PartiQL
 * statement the action of its verb. A read of an index is authorized on the index. `ListStreams` is not limited to a
 * resource.
 *
 * @param streamOf returns the stream of a shard iterator, which does not name it
 * @throws TypeError for an operation without a rule here, so that a new one does not go unnoticed
 */
export function neededPermissions(
  operation: string,
  body: Body,
  streamOf: (iterator: string) => string = () => '*',
): NeededPermission[] {
  const { TableName = '', IndexName, StreamArn, ShardIterator, Select } = body as Record<string, string>;
  const table = () => tableArnOf(TableName);
  if (ofOneTable.has(operation)) return [permission(operation, table(), keysOf([body as unknown as Part]))];
  switch (operation) {
    case 'SearchVectors':
    case 'Query':
    case 'Scan': {
      const resource = IndexName === undefined ? table() : `${table()}/index/${IndexName}`;
      return [permission(operation, resource, Select === undefined ? {} : { 'dynamodb:Select': [Select] })];
    }
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return (body.TransactItems as Record<string, Part>[]).flatMap((item) =>
        Object.entries(item).map(([kind, part]) => {
          const context = { ...keysOf([part]), 'dynamodb:EnclosingOperation': [operation] };
          return permission(actionOfPart[kind as keyof typeof actionOfPart], tableArnOf(part.TableName), context);
        }),
      );
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(body.RequestItems as Record<string, unknown>).map(([name, entries]) =>
        permission(operation, tableArnOf(name), keysOf(entriesOf(name, entries))),
      );
    case 'BatchExecuteStatement':
    case 'ExecuteTransaction':
      return (body.Statements as { Statement: string }[]).map(({ Statement }) => ofStatement(Statement));
    case 'ExecuteStatement':
      return [ofStatement(String(body.Statement))];
    case 'ListStreams':
    case 'ListTables':
      return [permission(operation, '*', {})];
    case 'DescribeStream':
    case 'GetShardIterator':
      return [permission(operation, String(StreamArn), {})];
    case 'GetRecords':
      return [permission(operation, streamOf(String(ShardIterator)), {})];
    default:
      throw new TypeError(`${operation} has no rule: add the IAM actions that it needs to needed-permissions.ts`);
  }
}

function permission(action: string, resource: string, context: NeededPermission['context']): NeededPermission {
  // in the ARN of a stream, local engines have their own name in place of the region
  const inRegion = resource.replace(/^(arn:aws:dynamodb):[^:]*:/, '$1:us-east-1:');
  return { action: `dynamodb:${action}`, resource: inRegion, context };
}

function ofStatement(text: string): NeededPermission {
  const [, verb = '', name = ''] = /^\s*(\w+)\b[^"]*"([^"]+)"/.exec(text) ?? [];
  const action = actionOfStatement[verb.toUpperCase()];
  if (action === undefined) throw new TypeError(`The statement has no known verb: ${text}`);
  return permission(action, tableArnOf(name), {});
}

function entriesOf(TableName: string, entries: unknown): Part[] {
  if (!Array.isArray(entries)) {
    const { Keys } = entries as { Keys: Item[] };
    return Keys.map((Key) => ({ TableName, Key }));
  }
  return entries.map(({ PutRequest, DeleteRequest }) => ({ TableName, ...PutRequest, ...DeleteRequest }));
}

/** The partition keys of items: `dynamodb:LeadingKeys`. The table's is `id`. */
function keysOf(parts: readonly Part[]): NeededPermission['context'] {
  const ids = parts.flatMap(({ Key, Item }) => (Key ?? Item)?.id?.S ?? []);
  return ids.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(ids)] } : {};
}
