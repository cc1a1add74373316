import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { costText, indexPlan } from '../src/index-plan.js';

const table = (more: Partial<TableDescription> = {}): TableDescription => ({
  ...tableDefinition('users', { indexes: 2 }),
  TableStatus: 'ACTIVE',
  ...more,
});
const indexes = tableDefinition('users', { indexes: 20 }).GlobalSecondaryIndexes;
const AttributeDefinitions = tableDefinition('users', { indexes: 20 }).AttributeDefinitions;

describe('the cost of an update', () => {
  it('is one write unit per KB of each item and index', () => {
    const { unitsAtMost } = indexPlan(table({ ItemCount: 12_000, TableSizeBytes: 12_000 * 1500 }), 4);
    expect(unitsAtMost).toBe(12_000 * 2 * 2);
  });

  it('is at least one unit for each item, and none without items', () => {
    expect(indexPlan(table({ ItemCount: 12_000, TableSizeBytes: 12_000 * 300 }), 3).unitsAtMost).toBe(12_000);
    expect(indexPlan(table({ ItemCount: 12_000 }), 3).unitsAtMost).toBe(12_000);
    expect(indexPlan(table(), 3).unitsAtMost).toBe(0);
  });

  it('is told with what is added and how it was estimated', () => {
    const plan = indexPlan(table({ ItemCount: 12_000, TableSizeBytes: 12_000 * 1536 }), 4);
    expect(costText(plan)).toBe(
      'Adds GSI3 and GSI4. The table has 12,000 items of 1.5 KB on average, as DynamoDB counted them up to six hours ago.\n' +
        'Cost: at most 48,000 write units, 24,000 for each. Reads are free, and items without the keys of an index cost nothing.',
    );
    expect(costText(indexPlan(table({ ItemCount: 1 }), 3))).toMatch(
      /^Adds GSI3\. The table has 1 item, .*\nCost: at most 1 write unit\. /,
    );
  });
});

describe('the plan', () => {
  const names = (description: TableDescription, number: number) =>
    indexPlan(description, number).missing.map(({ IndexName }) => IndexName);

  it('has the missing indexes in order, and leaves others of the table alone', () => {
    expect(names(table(), 4)).toEqual(['GSI3', 'GSI4']);
    const withGap = table({
      AttributeDefinitions,
      GlobalSecondaryIndexes: [indexes[3], indexes[0]].flatMap((one) => one ?? []),
    });
    expect(names(withGap, 5)).toEqual(['GSI2', 'GSI3', 'GSI5']);
    expect(names(table({ GlobalSecondaryIndexes: [...indexes.slice(0, 2), { IndexName: 'by-email' }] }), 2)).toEqual(
      [],
    );
  });

  it('names the indexes that are being built, whoever began', () => {
    const built = [{ ...indexes[0] }, { ...indexes[1], IndexStatus: 'CREATING' as const }];
    expect(indexPlan(table({ GlobalSecondaryIndexes: built }), 2)).toMatchObject({ missing: [], building: ['GSI2'] });
  });

  it('rejects more indexes than DynamoDB allows, those that do not fit the models included', () => {
    const others = Array.from({ length: 18 }, (_, n) => ({ IndexName: `other-${n}` }));
    const full = table({ GlobalSecondaryIndexes: [...indexes.slice(0, 2), ...others] });
    expect(names(full, 2)).toEqual([]);
    expect(() => indexPlan(full, 3)).toThrow('Table users would have 21 indexes, and DynamoDB allows 20: delete one');
  });

  it('rejects an index that is being deleted', () => {
    const leaving = [{ ...indexes[0] }, { ...indexes[1], IndexStatus: 'DELETING' as const }];
    expect(() => indexPlan(table({ GlobalSecondaryIndexes: leaving }), 2)).toThrow(
      'Index GSI2 of table users is being deleted',
    );
  });

  it.each([
    [
      'another primary key',
      table({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }),
      'its primary key is (pk HASH',
    ],
    [
      'a sort key that is a number',
      table({
        AttributeDefinitions: AttributeDefinitions.map((one) =>
          one.AttributeName === 'sk2' ? { ...one, AttributeType: 'N' } : one,
        ),
      }),
      'GSI2 is (pk2 HASH S, sk2 RANGE N)',
    ],
    [
      'an index that lacks attributes',
      table({
        GlobalSecondaryIndexes: [{ ...indexes[0] }, { ...indexes[1], Projection: { ProjectionType: 'KEYS_ONLY' } }],
      }),
      'the projection of GSI2 is (KEYS_ONLY), not (ALL)',
    ],
  ])('rejects %s', (_, description, says) => {
    expect(() => indexPlan(description, 3)).toThrow(says);
  });
});
