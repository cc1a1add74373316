import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../src/random-from.mjs';
import { simulateReads, usersByCreation } from '../src/sharding-reads.mjs';
import { simulateSplits } from '../src/sharding-splits.mjs';
import { shardOf, simulateWrites } from '../src/sharding-writes.mjs';

const at = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

interface Writes {
  shards: number;
  perSecond: number;
  storedPerSecond: number;
}
interface Reads {
  shards: number;
  limit: number;
  asks: string;
  requests: number;
  units: number;
}
interface SignUps {
  shards: number;
  scale: number;
  storedPerSecond: number;
  rejectedShare: number;
}
interface Kept {
  writes: Writes[];
  reads: Reads[];
  measured: { signUps: SignUps[] };
}
const { writes, reads, measured }: Kept = JSON.parse(at('../results/sharding.json'));

describe('docs/growth.md', () => {
  it('has the figures of the simulation that is kept', () => {
    const rows = [...at('../../docs/growth.md').matchAll(/^\| +(\d+) \| +([\d,]+)\+? \| +(.+?) \| +(.+?) \|$/gm)];
    const shown = rows.map(([, shards, stored, short, long]) => ({
      shards: Number(shards),
      stored: Number(stored?.replace(',', '')),
      pages: [short, long],
    }));
    const kept = [1, 2, 4, 8, 16].map((shards) => {
      const most = Math.max(...writes.filter((one) => one.shards === shards).map((one) => one.storedPerSecond));
      const pages = reads.filter((one) => one.shards === shards && one.asks === 'its part');
      return {
        shards,
        stored: Math.min(12_000, Math.round(most)),
        pages: pages.map(({ requests, units }) => `${shards === 1 ? 1 : requests.toFixed(1)}, ${units.toFixed(1)}`),
      };
    });
    expect(shown).toEqual(kept);
  });
});

it('docs/growth.md has the sign-ups that were measured', () => {
  const rows = [
    ...at('../../docs/growth.md').matchAll(/^\| +(\d+) \| +(\d+) of 1,000 \| +(\S+) \| +(\S+) \| +(\S+) % \|$/gm),
  ];
  const kept = measured.signUps.map(({ shards, scale, storedPerSecond, rejectedShare }) => [
    String(shards),
    String(1000 / scale),
    storedPerSecond.toFixed(1),
    Math.round(storedPerSecond * scale).toLocaleString('en'),
    String(Number((rejectedShare * 100).toFixed(1))),
  ]);
  expect(rows.map(([, ...cells]) => cells)).toEqual(kept);
});

it('docs/growth.md has what the simulation of splits gives', () => {
  const cells = [
    ...at('../../docs/growth.md').matchAll(/^\| ((?:spread|growing), .+?) \| +(\d) \| (yes|no) +\|(.+)\|$/gm),
  ].map(([, keys, shards, splits, rest = '']) =>
    [keys, shards, splits, ...rest.split('|')].map((cell) => cell?.trim()),
  );
  const simulated = simulateSplits({ perSecond: 3000, random: randomFrom(1) }).map((one) => [
    one.keys,
    String(one.shards),
    one.splits ? 'yes' : 'no',
    ...[1, 5, 15].map((minute) => one.perSecondByMinute[minute - 1]?.toLocaleString('en')),
    String(one.partitions),
  ]);
  expect(cells).toHaveLength(5);
  for (const row of cells) expect(simulated).toContainEqual(row);
});

describe('the simulation', () => {
  const half = () => 0.5;

  it('gives the pages of one index out of any number of shards, ties in time among them', () => {
    const items = usersByCreation(1500, 7);
    for (const shards of [1, 3, 8])
      expect(simulateReads({ shards, limit: 20, slack: 0, items }).rounds).toBeGreaterThanOrEqual(1);
  });

  it('fails where a page differs from that of one index', () => {
    const [first, second, ...others] = usersByCreation(1500, 7);
    expect(() => simulateReads({ shards: 2, limit: 20, slack: 0, items: [second, first, ...others] })).toThrow(
      'differs',
    );
  });

  it('stores no more than the partitions take', () => {
    const { storedPerSecond, refusedShare } = simulateWrites({ shards: 1, perSecond: 1500, random: half });
    expect(storedPerSecond).toBeLessThanOrEqual(1005);
    expect(refusedShare).toBeGreaterThan(0.2);
  });

  it('finds one shard for each value', () => {
    expect(shardOf('ada@example.com', 8)).toBe(shardOf('ada@example.com', 8));
    expect(shardOf('ada@example.com', 1)).toBe(0);
  });
});
