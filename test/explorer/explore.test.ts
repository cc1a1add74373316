import { expect, test } from 'vitest';
import { type Choose, explore, replay, sample } from './explore.js';
import type { Step } from './step.js';

/** Actors that write one key after the other: `x1` is the first write of x. */
const under =
  (actors: Readonly<Record<string, readonly string[]>>, fingerprint = (order: readonly string[]) => order.join(' ')) =>
  async (choose: Choose) => {
    const left = new Map(Object.entries(actors).map(([actor, keys]) => [actor, [...keys]]));
    const order: string[] = [];
    for (;;) {
      const steps = [...left].flatMap(([actor, [key]]): Step | [] => {
        const label = `${actor}${order.filter((one) => one.startsWith(actor)).length + 1}`;
        return key === undefined ? [] : { label, actor, keys: { reads: [], writes: [key] } };
      });
      if (steps.length === 0) break;
      const step = choose({ steps, isRedundant: false, fingerprint: () => fingerprint(order) });
      if (!step) return undefined;
      left.get(step.actor)?.shift();
      if (step.keys.writes.includes('idle')) step.isIdle = true;
      order.push(step.label);
    }
    return order.join(' ');
  };

async function all<R>(results: AsyncIterable<R>): Promise<R[]> {
  const list: R[] = [];
  for await (const result of results) list.push(result);
  return list;
}

test('runs every order of steps on one key, each once', async () => {
  const orders = await all(explore(under({ x: ['k', 'k'], y: ['k', 'k'] })));
  expect(orders).toHaveLength(6);
  expect(new Set(orders).size).toBe(6);
});

test('runs one order of steps on different keys', async () => {
  expect(await all(explore(under({ x: ['k', 'k'], y: ['l', 'l'] })))).toEqual(['x1 x2 y1 y2']);
});

test('runs each order of dependent steps among independent ones', async () => {
  const orders = await all(explore(under({ x: ['k', 'm'], y: ['l', 'm'] })));
  expect(orders.map((order) => order.indexOf('x2') < order.indexOf('y2')).sort()).toEqual([false, true]);
});

test('takes steps that change nothing for independent', async () => {
  expect(await all(explore(under({ x: ['idle'], y: ['idle'], z: ['idle'] })))).toEqual(['x1 y1 z1']);
});

test('does not go on from a point from which all has been run', async () => {
  const sets = (order: readonly string[]) => order.toSorted().join(' ');
  const orders = await all(explore(under({ x: ['k', 'k'], y: ['k', 'k'] }, sets)));
  // each of the six orders, but for the last step of two
  expect(orders).toEqual(['x1 x2 y1 y2', 'x1 y1 y2 x2']);
});

test('samples the same order for the same key, and replays an order by its labels', async () => {
  const run = under({ x: ['k', 'k', 'k'], y: ['k', 'k', 'k'] });
  const one = await sample(run, 7, 1);
  expect(await sample(run, 7, 1)).toBe(one);
  expect(await replay(run, ['y1', 'x1', 'x2', 'y2', 'y3', 'x3'])).toBe('y1 x1 x2 y2 y3 x3');
  await expect(replay(run, ['z1'])).rejects.toThrow('There is no step "z1" among x1, y1');
});

test('rejects runs that do not repeat', async () => {
  let runs = 0;
  const run = (choose: Choose) => under({ x: ['k'], [`y${++runs}`]: ['k'] })(choose);
  await expect(all(explore(run))).rejects.toThrow('The same steps led to x1, y11, then to x1, y21');
});
