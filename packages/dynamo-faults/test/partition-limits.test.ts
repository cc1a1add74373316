import { describe, expect, it } from 'vitest';
import { PartitionUnits } from '../src/partition-limits.js';
import { WriteCosts } from '../src/write-costs.js';

describe('a partition', () => {
  const one = [{ partition: 'USER', units: 1 }];
  const taken = (units: PartitionUnits, most = 1e6) => {
    let n = 0;
    while (n < most && units.takeWrite(one) === undefined) n++;
    return n;
  };

  it('accepts so many units a second, and what it has saved before', () => {
    let now = 0;
    const units = new PartitionUnits({ writeUnits: 10, burstSeconds: 3 }, () => now);
    expect(taken(units)).toBe(30);
    now += 100;
    expect(taken(units)).toBe(1);
    now += 1000;
    expect(taken(units)).toBe(10);
    now += 1_000_000;
    expect(taken(units)).toBe(30);
  });

  it('has the limits of DynamoDB by default, and five minutes of saved capacity', () => {
    expect(taken(new PartitionUnits({ burstSeconds: 1 }, () => 0))).toBe(1000);
    expect(taken(new PartitionUnits({}, () => 0))).toBe(300_000);
  });

  it('rejects a write of which one partition is exhausted, and takes nothing from the others', () => {
    const units = new PartitionUnits({ writeUnits: 2, burstSeconds: 1 }, () => 0);
    const both = [
      { partition: 'A', units: 1 },
      { partition: 'B', units: 2 },
    ];
    expect(units.takeWrite(both)).toBeUndefined();
    expect(units.takeWrite(both)).toEqual({ partition: 'B', units: 2 });
    expect(units.takeWrite([{ partition: 'A', units: 1 }])).toBeUndefined();
    expect(units.takeWrite([{ partition: 'A', units: 1 }])).toEqual({ partition: 'A', units: 1 });
  });

  it('bears a read as long as it has units, and owes the rest', () => {
    let now = 0;
    const units = new PartitionUnits({ readUnits: 10, burstSeconds: 1 }, () => now);
    expect(units.canRead('A')).toBe(true);
    units.takeRead({ partition: 'A', units: 25 });
    now += 1000;
    expect(units.canRead('A')).toBe(false);
    now += 600;
    expect(units.canRead('A')).toBe(true);
  });

  describe('with splits', () => {
    /** Writes 200 units a second for some minutes. Returns the units accepted per second in the last minute, and the number of partitions. */
    function acceptedWith(sortKeyOf: (n: number) => string | undefined, minutes = 10) {
      let now = 0;
      const limits = { writeUnits: 50, burstSeconds: 1, splitAfterSeconds: 60 };
      const units = new PartitionUnits(limits, () => now);
      let accepted = 0;
      for (let n = 0; n < minutes * 60 * 200; n++) {
        now += 5;
        const isAccepted = units.takeWrite([{ partition: 'P', units: 1, sortKey: sortKeyOf(n) }]) === undefined;
        if (isAccepted && now > (minutes - 1) * 60_000) accepted++;
      }
      return { perSecond: Math.round(accepted / 60), partitions: units.partitionsOf('P') };
    }

    it('is split until it accepts all writes, if they spread over its range', () => {
      const { perSecond, partitions } = acceptedWith((n) => String((n * 7919) % 9973).padStart(5, '0'));
      expect(perSecond).toBeGreaterThan(190);
      expect(partitions).toBeGreaterThanOrEqual(4);
    });

    it('gains nothing for keys that grow: the last partition is as hot as the whole was', () => {
      const { perSecond, partitions } = acceptedWith((n) => String(n).padStart(9, '0'));
      expect(perSecond).toBeLessThanOrEqual(51);
      expect(partitions).toBeGreaterThan(1);
    });

    it('is not split if it has one item, or entries of one sort key', () => {
      for (const sortKey of [undefined, 'same'])
        expect(acceptedWith(() => sortKey)).toEqual({ perSecond: 50, partitions: 1 });
    });

    it('is not split if it was throttled only for a moment', () => {
      let now = 0;
      const units = new PartitionUnits({ writeUnits: 1, burstSeconds: 1, splitAfterSeconds: 60 }, () => now);
      for (let n = 0; n < 20; n++) {
        now += 30_000;
        for (const sortKey of ['a', 'b', 'c']) units.takeWrite([{ partition: 'P', units: 1, sortKey }]);
      }
      expect(units.partitionsOf('P')).toBe(1);
    });
  });

  it.each([{ writeUnits: 0 }, { readUnits: -1 }, { burstSeconds: Number.NaN }])('rejects %j', (limits) => {
    expect(() => new PartitionUnits(limits)).toThrow('must be a number above 0');
  });
});

describe('a write', () => {
  const key = { id: { S: 'U#1' } };
  const keys = (pk: string, sk: string) => ({ pk1: { S: pk }, sk1: { S: sk } });
  const put = (more: object) => ({ TableName: 't', Item: { ...key, ...more } });
  const update = (expression: string) => ({
    TableName: 't',
    Key: key,
    UpdateExpression: expression,
    ExpressionAttributeNames: { '#n': 'name', '#pk': 'pk1', '#sk': 'sk1' },
    ExpressionAttributeValues: { ':n': { S: 'x' }, ':pk': { S: 'Q' }, ':sk': { S: 'b' } },
  });
  /** Costs of the last of some writes. */
  function costOf(...writes: readonly [operation: string, body: object][]) {
    const costs = new WriteCosts();
    let last: unknown;
    for (const [operation, body] of writes) {
      const cost = costs.of(operation, body as Record<string, unknown>);
      last = cost?.actions;
      cost?.onApplied();
    }
    return last;
  }
  const table = { partition: 't U#1', units: 1 };
  const inP = { partition: 't GSI1 P', units: 1, sortKey: 'a' };
  const inQ = { partition: 't GSI1 Q', units: 1, sortKey: 'a' };
  const created = ['PutItem', put(keys('P', 'a'))] as const;

  it.each<[string, [string, object][], unknown]>([
    ['of an item in no index', [['PutItem', put({})]], [[table]]],
    ['of an item in an index', [[...created]], [[table, inP]]],
    ['of an entry whose keys stay', [[...created], ['UpdateItem', update('SET #n = :n')]], [[table, inP]]],
    ['of an entry that moves', [[...created], ['UpdateItem', update('SET #n = :n, #pk = :pk')]], [[table, inP, inQ]]],
    [
      'of an entry whose sort key changes',
      [[...created], ['UpdateItem', update('SET #sk = :sk')]],
      [[table, inP, { ...inP, sortKey: 'b' }]],
    ],
    [
      'of an entry that leaves the index',
      [[...created], ['UpdateItem', update('SET #n = :n REMOVE #pk, #sk')]],
      [[table, inP]],
    ],
    ['of half a pair', [['PutItem', put({ pk1: { S: 'P' } })]], [[table]]],
    ['that deletes', [[...created], ['DeleteItem', { TableName: 't', Key: key }]], [[table, inP]]],
    ['that deletes nothing', [['DeleteItem', { TableName: 't', Key: key }]], [[table]]],
    [
      'of 3 KB',
      [['PutItem', put({ ...keys('P', 'a'), text: { S: 'x'.repeat(2500) } })]],
      [
        [
          { ...table, units: 3 },
          { ...inP, units: 3 },
        ],
      ],
    ],
    [
      'in a transaction',
      [
        [
          'TransactWriteItems',
          {
            TransactItems: [
              { Put: put(keys('P', 'a')) },
              { ConditionCheck: { TableName: 't', Key: { id: { S: 'U#2' } } } },
            ],
          },
        ],
      ],
      [[{ ...table, units: 2 }, inP], [{ partition: 't U#2', units: 2 }]],
    ],
    ['that is not counted', [['BatchWriteItem', {}]], undefined],
    ['that is a read', [['GetItem', { TableName: 't', Key: key }]], undefined],
  ])('%s costs what DynamoDB counts', (_, writes, costs) => {
    expect(costOf(...writes)).toEqual(costs);
  });
});
