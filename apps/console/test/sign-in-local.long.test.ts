import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { seedUsers } from './harness/seed.js';

const app = consoleFixture({ seed: (api) => seedUsers(api, 3) });

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

describe('signing in by the printed URL', () => {
  it('takes the secret out of the URL, and needs it no more in this browser', async () => {
    const page = await app.open('/e/users?order=asc');
    await heading(page, 'Users');
    expect(page.url()).toBe(`${app.api.url}/console/e/users?order=asc`);
    const other = await page.context().newPage();
    await other.goto(`${app.api.url}/console/e/users`);
    await heading(other, 'Users');
  });

  it('without the secret says what to open, and starts when the printed URL is opened in the same tab', async () => {
    const page = await app.open('/', { isStranger: true });
    await heading(page, 'The console could not start');
    expect(await page.getByRole('alert').textContent()).toMatch(/Open the console by the URL that the API prints/);
    await page.goto(`${app.api.url}/console/${app.api.fragment}`);
    await heading(page, 'Overview');
    expect(page.url()).toBe(`${app.api.url}/console/`);
  });

  it('with the secret of another API says what to open', async () => {
    app.allow(/status of 403/, /SignedOutError/);
    const page = await app.open('/#local=another', { isStranger: true });
    await page
      .getByText(/Open the console by the URL that the API prints/)
      .first()
      .waitFor();
  });
});
