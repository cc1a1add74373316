import type { FaultRule } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { transact } from '../src/index.js';
import { PlainModel, VoucherModel } from './models.js';
import { faultyTable } from './raw-table.js';

const rules: FaultRule[] = [
  { fault: 'latency', ms: [1, 5], rate: 0.1 },
  { fault: 'lost-reply', rate: 0.06 },
  { fault: 'server-error-after-commit', rate: 0.04 },
  { fault: 'server-error', rate: 0.03 },
  { fault: 'throttle', rate: 0.03 },
  { fault: 'transaction-conflict', rate: 0.05 },
  { fault: 'transaction-in-progress', rate: 0.02 },
  { fault: 'reset', rate: 0.03 },
  { fault: 'refused', rate: 0.03 },
];

/** How many calls were acknowledged, and of how many nobody can tell. */
async function tally(calls: (() => Promise<unknown>)[], workers = 6) {
  const outcome = { done: 0, unknown: 0 };
  const queue = calls.values();
  const work = async () => {
    for (const call of queue) {
      try {
        await call();
        outcome.done++;
      } catch (error) {
        if ((error as Error).name === 'WriteOutcomeUnknownError') outcome.unknown++;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return outcome;
}

describe('under all faults', () => {
  it('an increment is counted once, or said to be unknown', async () => {
    const { table, honest, faults } = await faultyTable({ seed: 11 });
    const { id } = await new VoucherModel(honest).create({ status: 'open', uses: 0 });
    faults.setRules(rules);
    const vouchers = new VoucherModel(table);
    const count = () => vouchers.update(id, {}, { increment: { uses: 1 }, deadlineMs: 30_000 });
    const { done, unknown } = await tally(Array.from({ length: 150 }, () => count));
    const uses = (await new VoucherModel(honest).getById(id, { consistent: true }))?.uses ?? 0;
    expect(done).toBeGreaterThan(75);
    expect(uses).toBeGreaterThanOrEqual(done);
    expect(uses).toBeLessThanOrEqual(done + unknown);
  });

  it('transfers keep the sum, and each has its receipt', async () => {
    const { table, honest, faults, raw } = await faultyTable({ seed: 12 });
    const accounts = await new VoucherModel(honest).batchCreate(
      Array.from({ length: 4 }, () => ({ status: 'open' as const, uses: 100 })),
    );
    const ids = accounts.success.map(({ id }) => id);
    faults.setRules(rules);
    const vouchers = new VoucherModel(table);
    const receipts = new PlainModel(table);
    const transfer = (n: number) => () => {
      const [from = '', to = ''] = [ids[n % 4], ids[(n + 1 + (n % 3)) % 4]];
      const parts = [
        vouchers.updating(from, {}, { if: { uses: { gte: 1 } }, increment: { uses: -1 } }),
        vouchers.updating(to, {}, { increment: { uses: 1 } }),
        receipts.creating({ ref: `receipt-${n}`, title: `${from} ${to}` }),
      ];
      return transact(parts, { deadlineMs: 30_000 });
    };
    const { done, unknown } = await tally(Array.from({ length: 60 }, (_, n) => transfer(n)));
    const made = await raw.items('PLAIN#receipt-');
    expect(done).toBeGreaterThan(30);
    expect(made.length).toBeGreaterThanOrEqual(done);
    expect(made.length).toBeLessThanOrEqual(done + unknown);
    const balances = new Map(ids.map((id) => [id, 100]));
    for (const { title } of made) {
      const [from = '', to = ''] = String(title).split(' ');
      balances.set(from, (balances.get(from) ?? 0) - 1);
      balances.set(to, (balances.get(to) ?? 0) + 1);
    }
    const stored = await new VoucherModel(honest).getByIds(ids, { consistent: true });
    expect(stored.map((one) => one?.uses)).toEqual(ids.map((id) => balances.get(id)));
  });
});
