import { randomUUID } from 'node:crypto';
import type { FaultRule } from '@aws-starter-kit/dynamo-faults';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { PostModel } from './post-model.js';
import { faultyTable } from './raw-table.js';

let made: Awaited<ReturnType<typeof faultyTable>>;
beforeAll(async () => {
  made = await faultyTable();
});

const writes = ['PutItem', 'UpdateItem'];
const rate = fc.double({ min: 0, max: 0.3, noNaN: true });
/** Faults of one round of adds: answers that get lost, load, conflicts, and requests that arrive late. */
const weather = fc.record({ lost: rate, afterCommit: rate, throttled: rate, conflict: rate, reset: rate, late: rate });
const rulesOf = (rates: Record<'lost' | 'afterCommit' | 'throttled' | 'conflict' | 'reset' | 'late', number>) =>
  [
    { fault: 'lost-reply', operation: writes, rate: rates.lost },
    { fault: 'server-error-after-commit', operation: writes, rate: rates.afterCommit },
    { fault: 'throttle', operation: writes, rate: rates.throttled },
    { fault: 'transaction-conflict', operation: writes, rate: rates.conflict },
    { fault: 'reset', operation: writes, rate: rates.reset },
    { fault: 'late', operation: writes, ms: [0, 40], rate: rates.late },
  ] satisfies FaultRule[];

const adds = 24;

/** Returns the digits that show how often an add may have been applied. */
function possible(result: PromiseSettledResult<void>): string[] {
  if (result.status === 'fulfilled') return ['1'];
  const { name } = result.reason;
  if (name === 'WriteOutcomeUnknownError') return ['0', '1'];
  expect(['ThrottledError', 'DatabaseUnavailableError', 'DeadlineExceededError']).toContain(name);
  return ['0'];
}

it('an add counts once if it was acknowledged, and at most once if its outcome is unknown', async () => {
  let [unknowns, injected] = [0, 0];
  await fc.assert(
    fc.asyncProperty(weather, fc.integer({ min: 1, max: 6 }), fc.boolean(), async (rates, shards, isNegative) => {
      const id = randomUUID();
      const [{ likes }, honest] = [new PostModel(made.table, { shards }), new PostModel(made.honest, { shards })];
      made.faults.setRules(rulesOf(rates));
      const sign = isNegative ? -1 : 1;
      const results = await Promise.allSettled(
        Array.from({ length: adds }, (_, i) => likes.add(id, sign * 4 ** i, { deadlineMs: 60_000 })),
      );
      made.faults.setRules([]);
      await made.faults.settled();
      const sum = await honest.likes.get(id, { consistent: true });
      // each digit is how often an add was applied
      const applied = [...(sign * sum).toString(4).padStart(adds, '0')].reverse();
      for (const [i, result] of results.entries()) {
        if (result.status === 'rejected') unknowns++;
        expect(possible(result)).toContain(applied[i]);
      }
      injected += Object.values(made.faults.injected).reduce((all, n) => all + n, 0);
    }),
    { numRuns: 15 },
  );
  expect(injected).toBeGreaterThan(0);
  expect(unknowns).toBeLessThan(15 * adds);
}, 120_000);

it('adds that create the same shard at the same moment count once each', async () => {
  const { likes } = new PostModel(made.table, { shards: 1 });
  const id = randomUUID();
  await Promise.all(Array.from({ length: 10 }, () => likes.add(id, 1, { deadlineMs: 60_000 })));
  expect(await likes.get(id, { consistent: true })).toBe(10);
});

const unknown = { name: 'WriteOutcomeUnknownError' };
const consistent = { consistent: true } as const;

/** An attempt that arrives late only, and one that is applied, loses its answer, and arrives once more. */
describe.each([
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
] as const)('an add whose attempt gets no answer, and arrives %s', (_, how) => {
  it.each(['the first', 'a later one'])(
    '%s, is counted at most once, and the call says whether it was',
    async (which) => {
      const [model, others] = [new PostModel(made.table, { shards: 1 }), new PostModel(made.honest, { shards: 1 })];
      const { id } = await others.create({ ref: randomUUID(), title: 't' });
      const before = which === 'the first' ? 0 : 10;
      if (before > 0) await others.likes.add(id, before);
      const deliver = made.gate.hold('UpdateItem', how);
      const adding = model.likes.add(id);
      if (how.isApplied) await adding;
      else await expect(adding).rejects.toMatchObject(unknown);
      const sum = before + (how.isApplied ? 1 : 0);
      expect(await deliver()).toBe(400);
      await others.likes.add(id, 100);
      expect(await deliver()).toBe(400);
      expect(await others.likes.get(id, consistent)).toBe(sum + 100);
      await others.delete(id);
      expect(await deliver()).toBe(400);
      expect(await others.likes.get(id, consistent)).toBe(0);
      await others.create({ ref: id, title: 'anew' });
      await Promise.all([others.likes.add(id), others.likes.add(id)]); // over a tombstone
      expect(await deliver()).toBe(400);
      expect(await others.likes.get(id, consistent)).toBe(2);
    },
  );
});

it('an add passes a fence that a process with a faster clock has raised', async () => {
  const { likes } = new PostModel(made.table, { shards: 1 });
  await likes.add('ahead');
  const stored = await made.raw.get('POST+likes#ahead#0');
  await made.raw.put({ ...stored, id: 'POST+likes#ahead#0', _fence: Date.now() + 60_000 });
  await likes.add('ahead');
  expect(await likes.get('ahead', consistent)).toBe(2);
});
