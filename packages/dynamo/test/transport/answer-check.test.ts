import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt, Operation, Operations } from '../../src/transport/transport.js';
import { clientOf, newAttempt, serveRaw, stopServers, tableName as TableName, transports } from './both-transports.js';
import { httpReply } from './raw-server.js';

afterEach(stopServers);

const type = '"__type":"com.amazonaws.dynamodb.v20120810#';

type Exchange = { [N in Operation]: [string, N, Operations[N][0], string] }[Operation];
const Key = { id: 'a' };
const a = '{"id":{"S":"a"}}';
const b = '{"id":{"S":"b"}}';
const condition = `{${type}ConditionalCheckFailedException","Item":`;
const cancelled = `{${type}TransactionCanceledException","CancellationReasons":`;
const failed = '"Code":"ConditionalCheckFailed"';
const TransactItems = [
  { Put: { TableName, Item: { id: 'a' } } },
  { ConditionCheck: { TableName, Key: { id: 'b' }, ConditionExpression: 'attribute_exists(id)' } },
];
const RequestItems = { [TableName]: { Keys: [Key, { id: 'c' }] } };
const Statements = [{ Statement: 'DELETE 1' }, { Statement: 'DELETE 2' }];
const allNew = { TableName, Key, UpdateExpression: 'SET x = y', ReturnValues: 'ALL_NEW' } as const;
const query = { TableName, KeyConditionExpression: 'id = :a', ExpressionAttributeValues: { ':a': 'a' } };

const search = { TableName, IndexName: 'v-cosine', SearchVector: [1, 0], TopK: 1 };

const repliesToOthers: Exchange[] = [
  ['another item', 'GetItem', { TableName, Key }, `{"Item":${b}}`],
  ['an item without an id', 'GetItem', { TableName, Key }, '{"Item":{"n":{"N":"1"}}}'],
  ['an item that is a list', 'GetItem', { TableName, Key }, '{"Item":[]}'],
  ['the answer to an update', 'GetItem', { TableName, Key }, `{"Attributes":${a}}`],
  ['the answer to a query', 'GetItem', { TableName, Key }, `{"Items":[${a}],"Count":1}`],
  [
    'the former attributes of another item',
    'PutItem',
    { TableName, Item: Key, ReturnValues: 'ALL_OLD' },
    `{"Attributes":${b}}`,
  ],
  ['the answer to a read', 'PutItem', { TableName, Item: Key }, `{"Item":${a}}`],
  ['the answer to a batch', 'PutItem', { TableName, Item: Key }, '{"UnprocessedItems":{}}'],
  ['another item', 'UpdateItem', allNew, `{"Attributes":${b}}`],
  ['the answer to a put', 'UpdateItem', allNew, '{}'],
  [
    'another id among the attributes that changed',
    'UpdateItem',
    { ...allNew, ReturnValues: 'UPDATED_NEW' },
    `{"Attributes":${b}}`,
  ],
  ['another item', 'DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' }, `{"Attributes":${b}}`],
  ['the answer to a read', 'TransactWriteItems', { TransactItems }, `{"Item":${a}}`],
  ['an item that was not requested', 'BatchGetItem', { RequestItems }, `{"Responses":{"users":[${a},${b}]}}`],
  [
    'a key that was not requested',
    'BatchGetItem',
    { RequestItems },
    `{"Responses":{"users":[${a}]},"UnprocessedKeys":{"users":{"Keys":[${b}]}}}`,
  ],
  ['the answer to a put', 'BatchGetItem', { RequestItems }, '{}'],
  ['more results than statements', 'BatchExecuteStatement', { Statements }, '{"Responses":[{},{},{}]}'],
  ['the answer to a read', 'BatchExecuteStatement', { Statements }, `{"Responses":{"users":[${a}]}}`],
  ['the answer to a delete', 'BatchExecuteStatement', { Statements }, '{}'],
  ['the results of statements', 'BatchGetItem', { RequestItems }, '{"Responses":[{},{}]}'],
  ['the answer to a put', 'Query', query, '{}'],
  ['the answer to a read', 'Query', query, `{"Item":${a}}`],
  ['the answer to a put', 'Scan', { TableName }, '{}'],
  ['the answer to a query', 'SearchVectors', search, `{"Items":[${a}],"Count":1}`],
  ['the answer to a put', 'SearchVectors', search, '{}'],
  ['more results than it asked for', 'SearchVectors', search, '{"SearchResults":[{"Score":0},{"Score":1}]}'],
  ['the answer to a search', 'Query', query, '{"SearchResults":[]}'],
  ['the condition of another item', 'PutItem', { TableName, Item: Key }, `${condition}${b}}`],
  ['the condition of another item', 'UpdateItem', allNew, `${condition}${b}}`],
  ['a cancelled transaction', 'UpdateItem', allNew, `${cancelled}[{"Code":"None"}]}`],
  ['more reasons than actions', 'TransactWriteItems', { TransactItems }, `${cancelled}[{${failed}},{},{}]}`],
  ['the reasons of other items', 'TransactWriteItems', { TransactItems }, `${cancelled}[{${failed},"Item":${b}},{}]}`],
  [
    'the reasons of another check',
    'TransactWriteItems',
    { TransactItems },
    `${cancelled}[{},{${failed},"Item":${a}}]}`,
  ],
];
const repliesToThis: Exchange[] = [
  ['an item', 'GetItem', { TableName, Key }, `{"Item":${a}}`],
  ['no item', 'GetItem', { TableName, Key }, '{}'],
  ['attributes without the id', 'GetItem', { TableName, Key, ProjectionExpression: 'n' }, '{"Item":{"n":{"N":"1"}}}'],
  ['the new item', 'UpdateItem', allNew, `{"Attributes":${a}}`],
  ['what changed', 'UpdateItem', { ...allNew, ReturnValues: 'UPDATED_NEW' }, '{"Attributes":{"x":{"N":"1"}}}'],
  ['no former item', 'UpdateItem', { ...allNew, ReturnValues: 'ALL_OLD' }, '{}'],
  ['no former item', 'DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' }, '{}'],
  ['no more', 'TransactWriteItems', { TransactItems }, '{}'],
  ['some items', 'BatchGetItem', { RequestItems }, `{"Responses":{"users":[${a}]},"UnprocessedKeys":{}}`],
  [
    'keys that are left',
    'BatchGetItem',
    { RequestItems },
    '{"Responses":{},"UnprocessedKeys":{"users":{"Keys":[{"id":{"S":"c"}}]}}}',
  ],
  [
    'a result of each statement',
    'BatchExecuteStatement',
    { Statements },
    '{"Responses":[{"TableName":"users"},{"Error":{"Code":"ConditionalCheckFailed","Message":"no"},"TableName":"users"}]}',
  ],
  ['items', 'Query', query, `{"Items":[${a}],"Count":1,"ScannedCount":1}`],
  ['a count', 'Query', { ...query, Select: 'COUNT' }, '{"Count":7,"ScannedCount":7}'],
  ['results', 'SearchVectors', search, `{"SearchResults":[{"Item":${a},"Score":0}]}`],
  ['no items', 'Scan', { TableName }, '{"Items":[],"Count":0,"ScannedCount":0}'],
];
const rejectionsOfThis: Exchange[] = [
  ['its condition', 'PutItem', { TableName, Item: Key }, `${condition}${a}}`],
  ['its condition, without the item', 'UpdateItem', allNew, `{${type}ConditionalCheckFailedException"}`],
  [
    'the conditions of both',
    'TransactWriteItems',
    { TransactItems },
    `${cancelled}[{${failed},"Item":${a}},{${failed},"Item":${b}}]}`,
  ],
];

describe.each(transports)('%s', (_, make) => {
  const send = async (status: string, [, operation, input, body]: Exchange) => {
    const server = await serveRaw(({ socket }) => socket.write(httpReply(status, body)));
    return (make(clientOf(server.endpoint)) as (name: string, input: object) => (attempt: Attempt) => Promise<object>)(
      operation,
      input,
    )(newAttempt());
  };
  const statusOf = (body: string) => (body.includes('"__type"') ? '400 Bad Request' : '200 OK');

  it.each(repliesToOthers)('does not take %s for the answer to a %s', async (...exchange) => {
    await expect(send(statusOf(exchange[3]), exchange)).rejects.toMatchObject({
      code: 'BAD_RESPONSE',
      message: expect.stringContaining('belongs to another request'),
    });
  });

  it.each(repliesToThis)('takes %s for the answer to a %s', async (...exchange) => {
    await expect(send('200 OK', exchange)).resolves.toBeTypeOf('object');
  });

  it.each(rejectionsOfThis)('takes %s for the error of a %s', async (...exchange) => {
    await expect(send('400 Bad Request', exchange)).rejects.toMatchObject({ $fault: 'client' });
  });

  it('sends no more requests on a connection that delivered a reply twice', async () => {
    const answerTo = (body: string) => httpReply('200 OK', `{"Item":${JSON.stringify(JSON.parse(body).Key)}}`);
    const onFirstConnection: string[] = [];
    let first: Socket | undefined;
    const server = await serveRaw(({ socket, body }) => {
      first ??= socket;
      if (socket !== first) return socket.write(answerTo(body));
      // from its second request on, it gives each request the answer to the one before
      onFirstConnection.push(body);
      return socket.write(answerTo(onFirstConnection.at(-2) ?? body));
    });
    const transport = make(clientOf(server.endpoint));
    const failed: unknown[] = [];
    for (let at = 0; at < 20; at++) {
      const id = `item ${at}`;
      const answer = transport('GetItem', { TableName, Key: { id } })(newAttempt());
      const output = await answer.catch((error: unknown) => failed.push(error));
      if (typeof output === 'object') expect(output.Item).toEqual({ id });
    }
    expect(failed).toEqual([expect.objectContaining({ code: 'BAD_RESPONSE' })]);
    expect(onFirstConnection).toHaveLength(2);
  });
});
