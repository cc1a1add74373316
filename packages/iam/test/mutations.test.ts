import { describe, expect, it } from 'vitest';
import { policyDocument } from '../src/index.js';
import { dynamodbActions } from './dynamodb-actions.js';
import { neededPermissions } from './enforcement/needed-permissions.js';
import { additions, removals } from './mutations.js';
import { allowedClasses, classOf, nameOf, probedPolicy, tableName, unused } from './permission-class.js';

const actions = await dynamodbActions();
const policy = probedPolicy('follower');
const recorded = [
  ...neededPermissions('ListStreams', { TableName: tableName }),
  ...['DescribeStream', 'GetShardIterator'].flatMap((operation) =>
    neededPermissions(operation, { StreamArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${tableName}/stream/1` }),
  ),
  ...neededPermissions('PutItem', { TableName: tableName, Item: { id: { S: '#CHECKPOINT#a' } } }),
].map(classOf);

describe('unused', () => {
  it('names permissions that no recorded request needs', () => {
    expect(unused(policy, actions, recorded)).toEqual([
      'dynamodb:BatchGetItem on table (checkpoint)',
      'dynamodb:GetRecords on stream',
    ]);
  });

  it('names a permission on other items, other tables and other accounts than were recorded', () => {
    const wide = policyDocument('follower', { tableArn: 'arn:aws:dynamodb:*:*:table/*' });
    const wider = { ...wide, Statement: wide.Statement.map(({ Condition: _, ...statement }) => statement) };
    const names = unused(wider, actions, recorded);
    expect(names).toContain('dynamodb:PutItem on another table');
    expect(names).toContain('dynamodb:PutItem on a table of another account');
    expect(names).toContain('dynamodb:PutItem on a table in another region');
    expect(names).toContain('dynamodb:DescribeStream on a stream of another table');
    expect(names).toContain('dynamodb:PutItem on table'); // not only checkpoints
  });
});

describe('mutations', () => {
  it('remove each action once', () => {
    expect(removals(policy).map(({ change }) => change)).toEqual([
      'FindStream without dynamodb:ListStreams',
      ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((name) => `ReadStream without dynamodb:${name}`),
      ...['BatchGetItem', 'PutItem'].map((name) => `KeepCheckpoints without dynamodb:${name}`),
    ]);
  });

  it('add every other action of the resource, widen the resource and drop the condition', () => {
    const changes = additions(policy, actions).map(({ change }) => change);
    expect(changes).toContain('KeepCheckpoints with dynamodb:GetItem');
    expect(changes).toContain('KeepCheckpoints with dynamodb:DeleteTable');
    expect(changes).toContain('KeepCheckpoints on everything');
    expect(changes).toContain('KeepCheckpoints without its condition');
    expect(changes).not.toContain('KeepCheckpoints with dynamodb:PutItem');
    expect(changes).not.toContain('KeepCheckpoints with dynamodb:GetRecords'); // has no effect on a table
  });

  it('omit changes that another statement allows already', () => {
    const api = additions(probedPolicy('api'), actions).map(({ change }) => change);
    expect(api).not.toContain('ReadEntities with dynamodb:PutItem');
    expect(api).toContain('ReadEntities with dynamodb:Scan');
  });
});

it('a policy without wildcards allows only what it names', () => {
  expect(allowedClasses(probedPolicy('cli'), actions).map(nameOf).sort()).toEqual([
    'dynamodb:GetItem on table',
    'dynamodb:PutItem on table',
    'dynamodb:Query on indexes',
    'dynamodb:UpdateItem on table',
  ]);
});
