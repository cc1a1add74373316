import { expect, it } from 'vitest';
import { classOf, nameOf } from './permission-class.js';
import { testsUnder } from './scenarios/evidence.js';

/** With `FULL=true`, all tests of the API. */
const tests = process.env.FULL === 'true' ? ['apps/api/test/', 'test/live/'] : ['apps/api/test/trpc/', 'test/live/'];

it('no request of the API in its own tests is denied', async () => {
  const { calls, passed, failures } = await testsUnder('api', tests);
  const denied = calls.flatMap((call) => call.denied.map((one) => nameOf(classOf(one))));
  expect([...new Set(denied)]).toEqual([]);
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(0);
}, 600_000);
