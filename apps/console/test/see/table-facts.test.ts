import { expect, it } from 'vitest';
import { commandOf, tableFacts, tableIndexes } from '../../src/see/table-facts.js';

const definition = {
  TableStatus: 'ACTIVE',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'pk1', AttributeType: 'S' },
  ],
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  DeletionProtectionEnabled: false,
  GlobalSecondaryIndexes: ['index10', 'index2'].map((IndexName) => ({
    ...{ IndexName, IndexStatus: 'CREATING', Projection: { ProjectionType: 'ALL' } },
    KeySchema: [{ AttributeName: 'pk1', KeyType: 'HASH' }],
  })),
};

it('shows the settings that the engine tells', () => {
  const facts = Object.fromEntries(tableFacts(definition, []).map(({ name, value }) => [name, value]));
  expect(facts).toEqual({
    Status: 'active',
    'Primary key': 'id (HASH, S)',
    Billing: 'on demand',
    Stream: 'NEW_AND_OLD_IMAGES',
    'Time to live': 'as wanted',
    'Deletion protection': 'off',
    Encryption: "DynamoDB's own key",
  });
});

it('shows a provisioned table, and the time to live that the check has found', () => {
  const provisioned = { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 2 } };
  const facts = tableFacts(provisioned, [{ setting: 'time to live', is: 'off' }]);
  expect(facts).toContainEqual({ name: 'Billing', value: 'provisioned: 5 read units, 2 write units' });
  expect(facts).toContainEqual({ name: 'Time to live', value: 'off' });
});

it('shows the indexes in the order of their numbers', () => {
  expect(tableIndexes(definition)).toEqual(
    ['index2', 'index10'].map((name) => ({ name, keys: 'pk1 (HASH, S)', projection: 'ALL', status: 'creating' })),
  );
});

it.each([
  ['pnpm table stream --table t', 'pnpm table stream --table t'],
  ['pnpm table update --indexes 2, which waits until the index is ready', 'pnpm table update --indexes 2'],
  ['if no model uses it: aws dynamodb …; then pnpm table update', undefined],
  ['delete them: between regions, the last writer wins', undefined],
])('copies of the repair %j the command only', (repair, command) => expect(commandOf(repair)).toBe(command));
