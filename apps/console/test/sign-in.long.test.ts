import type { Page, Request } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { type RunningIssuer, runningIssuer } from './harness/running-issuer.js';
import { personOf, seedUsers } from './harness/seed.js';

let issuer: RunningIssuer;
const app = consoleFixture({
  settings: async () => {
    issuer = await runningIssuer();
    return { issuer };
  },
  seed: async (api) => {
    issuer.serve(`${api.url}/console`, 'users:read users:write users:admin');
    await seedUsers(api, 3);
  },
  origins: () => [issuer.url],
});
afterAll(() => issuer?.stop());

describe('signing in by an issuer', () => {
  it('uses the code flow with PKCE, and returns to the URL that was opened', async () => {
    const { page, requests } = await signedIn('/e/users?order=asc');
    expect(page.url()).toBe(`${app.api.url}/console/e/users?order=asc`);
    const asked = new URL(requests.find((request) => request.url().startsWith(`${issuer.url}/auth?`))?.url() ?? '');
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [exchange] = requests.filter((request) => request.url() === `${issuer.url}/token`);
    expect(exchange?.postData()).toMatch(/code_verifier=[\w-]{43}/);
  });

  it('keeps no token where another page, or the next visit, could read it', async () => {
    const { page, requests } = await signedIn('/e/users');
    const token = tokensOf(requests)[0] ?? '';
    expect(token.length).toBeGreaterThan(100);
    const kept = await page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      name: window.name,
      state: history.state,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
    }));
    expect(kept).toMatchObject({ cookie: '', name: '', databases: [], caches: [] });
    expect(JSON.stringify(kept)).not.toMatch(/eyJ|token|verifier/i);
    expect(requests.filter((request) => request.url().includes(token))).toEqual([]);
  });

  it('signs in again after a reload, without a password', async () => {
    const { page, requests } = await signedIn('/e/users');
    await page.reload();
    await heading(page, 'Users');
    expect(page.url()).toBe(`${app.api.url}/console/e/users`);
    expect(new Set(tokensOf(requests)).size).toBe(2);
  });

  it('forgets what the browser keeps for another user', async () => {
    const { page } = await signedIn('/e/users');
    const kept = () => page.evaluate(() => ({ ...localStorage, ...sessionStorage }));
    await page.evaluate(() => {
      localStorage.setItem('console.theme', 'dark');
      localStorage.setItem('console.import/users//1', '{}');
    });
    await page.reload();
    await heading(page, 'Users');
    expect(Object.keys(await kept())).toContain('console.import/users//1'); // it is the same user
    await page.evaluate(() => {
      localStorage.setItem('console.user', 'another');
      sessionStorage.setItem('console.user', 'another');
      sessionStorage.setItem('console.pending-calls', '[]');
    });
    await page.reload();
    await heading(page, 'Users');
    expect(await kept()).toMatchObject({ 'console.theme': 'dark' });
    expect(Object.keys(await kept())).not.toContain('console.import/users//1');
    expect(Object.keys(await kept())).not.toContain('console.pending-calls');
  });

  it('renews a token that is about to expire', async () => {
    const before = issuer.grants.length;
    issuer.expireAfter(10); // less than the time that a token has to be valid for
    const { page } = await signedIn('/e/users');
    issuer.expireAfter(3600);
    await page.getByRole('link', { name: 'Overview' }).click();
    await heading(page, 'Overview');
    expect(issuer.grants.slice(before)).toContain('refresh_token');
  });

  it.each(['no answer', 503])(
    'keeps the sign-in when a renewal gets %s, and renews at the next try',
    async (failure) => {
      app.allow(/status of 503/, /did not renew your sign-in/, /ERR_FAILED/);
      issuer.expireAfter(31); // a second more than a token has to be valid for
      const { page } = await signedIn('/e/users');
      issuer.expireAfter(3600);
      let isDown = true;
      let failed = 0;
      await page.route(`${issuer.url}/token`, (route) => {
        if (!isDown) return route.continue();
        failed++;
        return typeof failure === 'number' ? route.fulfill({ status: failure, body: 'down' }) : route.abort();
      });
      await page.waitForTimeout(1_500);
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('button', { name: 'Try again' }).first().waitFor();
      expect(failed).toBeGreaterThan(0);
      expect(await page.getByText('Your sign-in has ended').count()).toBe(0);
      isDown = false;
      const again = page.getByRole('button', { name: 'Try again' }).first();
      await expect
        .poll(async () => {
          if (await again.isVisible()) await again.click({ timeout: 500 }).catch(() => {});
          return again.isVisible();
        })
        .toBe(false);
      await page
        .getByRole('link', { name: personOf(3).name })
        .first()
        .waitFor();
    },
  );

  it('signs out when the issuer refuses to renew', async () => {
    app.allow(/status of 400/, /Your sign-in has ended/);
    issuer.expireAfter(31);
    const { page } = await signedIn('/e/users');
    issuer.expireAfter(3600);
    await page.route(`${issuer.url}/token`, (route) =>
      route.fulfill({
        status: 400,
        headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
        body: '{"error":"invalid_grant"}',
      }),
    );
    await page.waitForTimeout(1_500);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Your sign-in has ended').first().waitFor();
  });

  it('renews a token that the API rejects, and repeats the call', async () => {
    app.allow(/status of 401/);
    const rejected = JSON.stringify({
      error: { message: 'x', code: -32001, data: { code: 'UNAUTHORIZED', httpStatus: 401, reason: 'INVALID_TOKEN' } },
    });
    let left = 1;
    const { page } = await signedIn('/e/users', async (page) => {
      await page.route('**/trpc/**', (route) =>
        left-- > 0 ? route.fulfill({ status: 401, contentType: 'application/json', body: rejected }) : route.continue(),
      );
    });
    await expect.poll(() => issuer.grants.at(-1)).toBe('refresh_token');
    await expect.poll(() => left).toBeLessThan(0); // the repeated call
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('refuses an answer with another state, and asks for no token', async () => {
    const page = await app.open('/e/users');
    await page.locator('[name=login]').waitFor();
    const before = issuer.grants.length;
    const answer = new URLSearchParams({ code: 'stolen', state: 'another', iss: issuer.url });
    await page.goto(`${app.api.url}/console/?${answer}`);
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/state/);
    expect(issuer.grants.length).toBe(before);
    expect(page.url()).not.toContain('stolen');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[name=login]').waitFor();
  });

  it('ignores an answer for which it has not asked', async () => {
    const page = await app.open('/?code=stolen&state=another');
    await page.locator('[name=login]').waitFor();
    expect(page.url()).toContain(issuer.url);
  });

  it('signs out here and at the issuer, and signs nobody in until asked to', async () => {
    const { page } = await signedIn('/e/users');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: /yes/i }).click();
    await heading(page, 'You are signed out');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.locator('[name=password]').waitFor(); // the issuer has forgotten who it was
  });

  it('signs out in all tabs, and shows nothing of it at "Back"', async () => {
    const { page } = await signedIn('/e/users');
    const other = await page.context().newPage();
    await other.goto(`${app.api.url}/console/e/users`);
    await heading(other, 'Users');
    // what a browser does with a page that it has kept; the pages of these tests are not kept
    await page.evaluate(() => {
      window.addEventListener('pagehide', () => {
        sessionStorage.setItem('test.hidden', String(document.documentElement.hidden));
      });
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(other, 'You are signed out');
    expect(other.url()).toBe(`${app.api.url}/console/`);
    await page.getByRole('button', { name: /yes/i }).click();
    await heading(page, 'You are signed out');
    expect(await page.evaluate(() => sessionStorage.getItem('test.hidden'))).toBe('true');
  });

  it('loads a kept page anew that is shown after the sign-out', async () => {
    const { page } = await signedIn('/e/users');
    await page.route(`${issuer.url}/session/end**`, (route) => route.fulfill({ status: 204 })); // the page stays
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    await heading(page, 'You are signed out');
  });

  it('gives no local token', async () => {
    const { page } = await signedIn('/');
    app.allow(/status of 403/);
    const status = await page.evaluate(
      async () => (await fetch('/console/api/local-token', { method: 'POST' })).status,
    );
    expect(status).toBe(403);
  });
});

/** Opens a view, and signs in at the issuer. */
async function signedIn(path: string, prepare?: (page: Page) => Promise<unknown>) {
  const requests: Request[] = [];
  const page = await app.open(path, {
    prepare: async (page) => {
      page.on('request', (request) => requests.push(request));
      await prepare?.(page);
    },
  });
  await page.locator('[name=login]').fill('ada');
  await page.locator('[name=password]').fill('any');
  await page.locator('[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('h1:visible').waitFor();
  await expect.poll(() => page.url()).toContain(app.api.url);
  await page.locator('nav').first().waitFor();
  return { page, requests };
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

const tokensOf = (requests: readonly Request[]) =>
  requests.flatMap((request) => request.headers().authorization?.replace('Bearer ', '') ?? []);
