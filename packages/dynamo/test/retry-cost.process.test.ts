import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type BaseModel, DynamoModel, generateUUID } from '../src/index.js';

interface Counter extends BaseModel {
  count: number;
}

class CounterModel extends DynamoModel<Counter> {
  protected getEntityName() {
    return 'Counter';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
}

const calls = 400;

/** Requests of the same calls under some faults, and how many of the calls failed. */
async function run(rules: Parameters<typeof faultyHandler>[0]['rules']) {
  const faults = faultyHandler({ rules: [], seed: 5 });
  const model = new CounterModel(await freshTable({ requestHandler: faults }));
  const { id } = await model.create({ count: 0 });
  faults.setRules(rules);
  const before = total(faults.counts);
  let failed = 0;
  for (let start = 0; start < calls; start += 20) {
    const some = Array.from({ length: 20 }, (_, i) =>
      i % 4 === 0
        ? model.update(id, { count: start + i }, { deadlineMs: 2000 })
        : model.getById(id, { deadlineMs: 2000 }),
    );
    for (const { status } of await Promise.allSettled(some)) if (status === 'rejected') failed++;
  }
  return { requests: total(faults.counts) - before, failed };
}

const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('retries', () => {
  it('cost at most a tenth more requests at 5 % faults, and answer every call', async () => {
    const plain = await run([]);
    const faulty = await run([
      { fault: 'throttle', rate: 0.02 },
      { fault: 'server-error', rate: 0.015 },
      { fault: 'reset', rate: 0.015 },
    ]);
    expect(plain.failed).toBe(0);
    expect(plain.requests).toBeLessThan(calls * 1.02); // a busy machine may be late to connect
    expect(faulty.failed).toBe(0);
    expect(faulty.requests).toBeGreaterThan(calls);
    expect(faulty.requests / plain.requests).toBeLessThanOrEqual(1.1);
  });

  it('stop when nothing is answered: beyond a reserve of 100 the load on a database in trouble does not grow', async () => {
    const { requests, failed } = await run([{ fault: 'throttle' }]);
    expect(failed).toBe(calls);
    expect(requests).toBeLessThanOrEqual(calls + 100);
  });
});
