import { fileURLToPath } from 'node:url';
import { createApiClient } from '@aws-starter-kit/client';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOnOwnEngine, apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { findBrowser } from './find-browser.js';

const browserPath = findBrowser();
// jsdom is no browser: what is tested is that the bundle runs in one
beforeEach(({ skip }) => skip(!browserPath && !process.env.CI, 'no Chromium or Chrome on the PATH'));

describe('the page, in a browser', () => {
  let api: ApiOnOwnEngine;
  let server: ViteDevServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const requests: string[] = [];
  const names = () => page.locator('li').allTextContents();

  beforeAll(async () => {
    if (!browserPath && !process.env.CI) return;
    api = await apiOnOwnEngine();
    const client = createApiClient({ url: api.url, token: api.token });
    for (let number = 1; number <= 12; number++)
      await client.users.create.mutate({ email: `person-${number}@example.com`, name: `Person ${number}` });

    process.env.API_URL = api.url;
    process.env.API_TOKEN = api.token;
    server = await createServer({
      root: fileURLToPath(new URL('..', import.meta.url)),
      server: { host: '127.0.0.1', port: 0 },
      logLevel: 'error',
    });
    await server.listen();
    browser = await chromium.launch({ executablePath: browserPath ?? 'chromium', args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await api?.stop();
  });

  it('shows the newest users, and more at each click until there are no more', async () => {
    await expect.poll(names).toEqual([12, 11, 10, 9, 8].map(personOf));
    await page.getByText('More').click();
    await expect.poll(names).toHaveLength(10);
    await page.getByText('More').click();
    await expect.poll(names).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(personOf));
    expect(await page.getByText('More').count()).toBe(0);
  });

  it('adds a user, who is then on the list and counted', async () => {
    await add('Ada Lovelace', 'ada@example.com');
    await expect.poll(async () => (await names())[0]).toBe('Ada Lovelace <ada@example.com>');
    await expect.poll(() => page.locator('h1').textContent()).toBe('13 users');
  });

  it('shows what others write', async () => {
    const others = createApiClient({ url: api.url, token: api.token });
    const { id } = await others.users.create.mutate({ email: 'eve@example.com', name: 'Eve' });
    await expect.poll(async () => (await names())[0]).toBe('Eve <eve@example.com>');
    await others.users.update.mutate({ id, data: { name: 'Evelyn' } });
    await expect.poll(async () => (await names())[0]).toBe('Evelyn <eve@example.com>');
    await others.users.delete.mutate({ id });
    await expect.poll(async () => (await names())[0]).toBe('Ada Lovelace <ada@example.com>');
  });

  it('says why an address is refused', async () => {
    await add('Another Ada', 'ADA@example.com');
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('This email is taken');
    await add('Nobody', 'no address');
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('Not a valid email');
  });

  it('meets no error, and has no address or token in a URL', () => {
    expect(problems).toEqual([]);
    expect(requests.filter((url) => url.includes('/trpc/')).length).toBeGreaterThan(5);
    expect(requests.filter((url) => /input=|example\.com|Bearer/.test(url))).toEqual([]);
  });

  async function add(name: string, email: string): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Address').fill(email);
    await page.getByText('Add', { exact: true }).click();
  }
});

const personOf = (number: number) => `Person ${number} <person-${number}@example.com>`;
