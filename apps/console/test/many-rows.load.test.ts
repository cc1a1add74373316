import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { inspect } from '@aws-starter-kit/dynamo';
import { UserModel } from '@aws-starter-kit/users';
import { expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { personOf } from './harness/seed.js';
import type { RunningConsole } from './harness/start-console.js';

const isFull = process.env.FULL === 'true';
/** An engine stores about 1,000 a second, so that 100,000 take minutes: they need FULL. */
const rows = isFull ? 100_000 : 5_000;
/** How long the list is scrolled at most. */
const mostMs = 240_000;

const app = consoleFixture({
  settings: () => ({ isLive: false }),
  seed: (api) => storeUsers(api, rows),
  args: ['--enable-precise-memory-info'],
});

/** Stores users as the model does, but in batches and without claims: lists need none. */
async function storeUsers({ table, users }: RunningConsole, count: number): Promise<void> {
  const { client, tableName } = table;
  if (!client) throw new Error('The table has no client');
  const { id: newest } = await users.create(personOf(0));
  const { Items: stored = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
  const model = stored.find(({ id }) => id === `USER#${newest}`) ?? {};
  const { keys } = inspect(new UserModel(table));
  const begin = Date.parse('2020-01-01T00:00:00Z');
  const itemOf = (number: number) => {
    const createdAt = new Date(begin + number * 60_000).toISOString();
    const item = { ...model, ...personOf(number), id: `USER#${String(number).padStart(8, '0')}`, createdAt };
    return { ...item, ...keys(item as never), sk2: `CREATED#${createdAt}` };
  };
  let next = 1;
  const write = async () => {
    while (next <= count) {
      const first = next;
      next += 25;
      const items = Array.from({ length: Math.min(25, count - first + 1) }, (_, place) => itemOf(first + place));
      const requests = items.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
}

it(`scrolls through ${rows.toLocaleString('en')} rows without a second that has no frame`, async () => {
  const page = await app.open('/e/users');
  await page.getByRole('gridcell').first().waitFor();

  const { gaps, shown } = await page.evaluate(scroll, mostMs);
  const sorted = [...gaps].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  process.stdout.write(
    `\n${shown}: ${gaps.length} frames, median ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, longest ${at(1).toFixed(0)} ms; ` +
      `${(usedSize / 1e6).toFixed(0)} MB of heap, ${nodes} nodes\n`,
  );
  expect(at(1)).toBeLessThan(1_000);
  expect(usedSize).toBeLessThan(150e6);
  expect(nodes).toBeLessThan(10_000);
  expect(shown).toMatch(new RegExp(`of ${(rows + 1).toLocaleString('en')}$`));
});

/** Runs in the page: scrolls to the end of what is known at each frame, and returns the times between frames. */
function scroll(mostMs: number): Promise<{ gaps: number[]; shown: string }> {
  const grid = document.querySelector('[role=grid]');
  const isScrolling = (element: Element) =>
    element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).overflowY !== 'visible';
  let scroller = grid;
  while (scroller && !isScrolling(scroller)) scroller = scroller.parentElement;
  const text = () => document.querySelector('.pager-text')?.textContent ?? '';
  const gaps: number[] = [];
  const start = performance.now();
  let last = start;
  return new Promise((resolve) => {
    const frame = (now: number) => {
      gaps.push(now - last);
      last = now;
      if (scroller) scroller.scrollTop += 3_800; // a page of 100 rows
      const isAtEnd =
        !text().endsWith('+') && scroller && scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
      if (isAtEnd || now - start > mostMs) resolve({ gaps: gaps.slice(1), shown: text() });
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
