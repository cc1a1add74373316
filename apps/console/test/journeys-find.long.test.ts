import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { journey, printTimes } from './harness/journey.js';
import { personOf, seedUsers } from './harness/seed.js';

const app = consoleFixture({
  seed: (api) => seedUsers(api, 250),
});
printTimes();

journey('opens the console and goes to a list', async ({ press }) => {
  const page = await app.open('/');
  await heading(page, 'Overview');
  await press(page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: /^Users/ }));
  await heading(page, /^Users/);
  await page.getByRole('link', { name: personOf(1).name, exact: true }).waitFor();
});

journey('finds a user by email', async ({ press, fill, choose }) => {
  const page = await app.open('/e/users');
  await choose(page.getByLabel('Look up by'), 'Email');
  await fill(page.getByRole('textbox', { name: 'Email' }), personOf(123).email.toUpperCase());
  await press(page.getByRole('button', { name: 'Look up' }));
  await page.waitForURL(/\/e\/users\/[\w-]{36}/);
  await heading(page, personOf(123).name);
});

journey('pages through a list both ways, and reloads it', async ({ press }) => {
  const page = await app.open('/e/users');
  const rows = page.getByText(/^Rows /);
  const next = page.getByRole('button', { name: 'Next' });
  const emails = page.getByRole('gridcell').filter({ hasText: /@example\.com$/ });
  await expect.poll(() => rows.textContent()).toMatch(/^Rows 1–\d+ of 100\+$/);
  await press(next);
  await expect.poll(() => rows.textContent()).toMatch(/^Rows 101–\d+ of 200\+$/);
  await expect.poll(() => page.url()).toContain('cursor=');
  const secondPage = page.url();
  await press(next);
  await expect.poll(() => rows.textContent()).toMatch(/^Rows 201–\d+ of 250$/);
  await expect.poll(() => emails.allTextContents()).toContain(personOf(201).email);
  await press(page.getByRole('button', { name: 'Previous' }));
  await expect.poll(() => rows.textContent()).toMatch(/^Rows 101–/);
  await expect.poll(() => page.url()).toBe(secondPage); // it follows after 300 ms
  await page.reload();
  await expect.poll(() => emails.allTextContents()).toContain(personOf(101).email);
  await expect.poll(() => rows.textContent()).toMatch(/^Rows 101–/);
});

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
