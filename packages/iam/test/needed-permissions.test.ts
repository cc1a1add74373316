import { describe, expect, it } from 'vitest';
import { neededPermissions, tableArnOf } from './enforcement/needed-permissions.js';

const table = tableArnOf('t');
const key = (id: string) => ({ id: { S: id } });
const named = (...args: Parameters<typeof neededPermissions>) =>
  neededPermissions(...args).map(({ action, resource, context }) => [
    action.replace('dynamodb:', ''),
    resource,
    context,
  ]);

describe('a request needs', () => {
  it.each([
    ['GetItem', { TableName: 't', Key: key('a') }, [['GetItem', table, { 'dynamodb:LeadingKeys': ['a'] }]]],
    ['PutItem', { TableName: 't', Item: key('a') }, [['PutItem', table, { 'dynamodb:LeadingKeys': ['a'] }]]],
    ['Query', { TableName: 't', IndexName: 'GSI1' }, [['Query', `${table}/index/GSI1`, {}]]],
    ['SearchVectors', { TableName: 't', IndexName: 'v-cosine' }, [['SearchVectors', `${table}/index/v-cosine`, {}]]],
    ['Query', { TableName: 't', Select: 'COUNT' }, [['Query', table, { 'dynamodb:Select': ['COUNT'] }]]],
    ['Scan', { TableName: table }, [['Scan', table, {}]]],
    ['ListStreams', { TableName: 't' }, [['ListStreams', '*', {}]]],
    [
      'DescribeStream',
      { StreamArn: 'arn:aws:dynamodb:ddblocal:000000000000:table/t/stream/1' }, // as local engines name the region
      [['DescribeStream', `${table}/stream/1`, {}]],
    ],
    [
      'BatchGetItem',
      { RequestItems: { t: { Keys: [key('a'), key('b')] }, u: { Keys: [key('c')] } } },
      [
        ['BatchGetItem', table, { 'dynamodb:LeadingKeys': ['a', 'b'] }],
        ['BatchGetItem', tableArnOf('u'), { 'dynamodb:LeadingKeys': ['c'] }],
      ],
    ],
    [
      'BatchWriteItem',
      { RequestItems: { t: [{ PutRequest: { Item: key('a') } }, { DeleteRequest: { Key: key('b') } }] } },
      [['BatchWriteItem', table, { 'dynamodb:LeadingKeys': ['a', 'b'] }]],
    ],
    [
      'BatchExecuteStatement',
      { Statements: [{ Statement: 'INSERT INTO "t" VALUE {}' }, { Statement: 'delete from "u" WHERE id = ?' }] },
      [
        ['PartiQLInsert', table, {}],
        ['PartiQLDelete', tableArnOf('u'), {}],
      ],
    ],
  ])('for %s %j', (operation, body, needed) => {
    expect(named(operation, body)).toEqual(needed);
  });

  it('the actions of its parts if it is a transaction', () => {
    const part = { TableName: 't', Key: key('a') };
    const TransactItems = [
      { Put: { TableName: 't', Item: key('a') } },
      ...[{ Update: part }, { Delete: part }, { ConditionCheck: part }],
    ];
    const context = { 'dynamodb:LeadingKeys': ['a'], 'dynamodb:EnclosingOperation': ['TransactWriteItems'] };
    expect(named('TransactWriteItems', { TransactItems })).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => [action, table, context]),
    );
    expect(named('TransactGetItems', { TransactItems: [{ Get: part }] })[0]?.[0]).toBe('GetItem');
  });

  it('the stream of its iterator', () => {
    const streamOf = () => `${table}/stream/1`;
    expect(named('GetRecords', { ShardIterator: 'i' }, streamOf)).toEqual([['GetRecords', `${table}/stream/1`, {}]]);
  });
});

it('rejects an operation without a rule, and a statement without a known verb', () => {
  expect(() => neededPermissions('ExportTableToPointInTime', {})).toThrow('ExportTableToPointInTime has no rule');
  expect(() => neededPermissions('ExecuteStatement', { Statement: 'EXPLAIN "t"' })).toThrow('no known verb');
});
