import type { Page, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { personOf, seedUsers } from './harness/seed.js';

const app = consoleFixture({ seed: (api) => seedUsers(api, 12) });

const calls = /\/(trpc|console\/api)\//;

/** What stands between the console and the API answers. */
const outages: Readonly<Record<string, (route: Route) => Promise<void>>> = {
  'answers 503 with a page of a load balancer': (route) =>
    route.fulfill({ status: 503, contentType: 'text/html', body: '<html><body>503 Service Unavailable</body></html>' }),
  'answers 429, and when to come back': (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '1' },
      contentType: 'application/json',
      body: JSON.stringify({
        error: {
          message: 'Too many calls',
          code: -32029,
          data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429, retryAfterSeconds: 1 },
        },
      }),
    }),
  'refuses connections': (route) => route.abort('connectionrefused'),
  'answers with what is no JSON': (route) => route.fulfill({ status: 200, contentType: 'text/plain', body: 'OK' }),
};

/** Each such answer is an error on the browser's console. */
const expected = [/status of (429|503)/, /ERR_CONNECTION_REFUSED/];

const isBlank = (page: Page) => page.evaluate(() => document.body.textContent?.trim() === '');
const firstRow = (page: Page) => page.getByRole('link', { name: personOf(1).name, exact: true });

describe('with an API that takes two seconds a call', () => {
  it('says that it loads, then shows the rows', async () => {
    const page = await app.open('/e/users', {
      prepare: (page) =>
        page.route(calls, async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          await route.continue();
        }),
    });
    await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'attached' });
    expect(await isBlank(page)).toBe(false);
    await firstRow(page).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(await isBlank(page)).toBe(false);
  });
});

// a view gives up after 15 s of retries, so all wait at the same time
it('says in a view that the API does not answer, and shows the rows when asked again', async () => {
  app.allow(...expected);
  await Promise.all(
    Object.values(outages).map(async (outage) => {
      const page = await app.open('/');
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await page.route(calls, outage);
      await page
        .getByRole('link', { name: /^Users/ })
        .first()
        .click();
      const alert = page.getByRole('main').getByRole('alert').filter({ hasText: /\w/ }).first();
      await alert.waitFor({ timeout: 60_000 });
      expect(await isBlank(page)).toBe(false);
      await page.unroute(calls, outage);
      await page.getByRole('main').getByRole('button', { name: 'Try again' }).first().click();
      await firstRow(page).waitFor();
    }),
  );
});

it.each(Object.entries(outages))('starts when asked again after an API that %s', async (_name, outage) => {
  app.allow(...expected);
  const page = await app.open('/e/users', { prepare: (page) => page.route(calls, outage) });
  await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 60_000 });
  expect((await page.getByRole('alert').allTextContents()).join('')).toMatch(/\w/);
  await page.unroute(calls, outage);
  await page.getByRole('button', { name: 'Try again' }).click();
  await firstRow(page).waitFor();
});
