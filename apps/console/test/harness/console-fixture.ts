import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { findBrowser } from '../../../../examples/react/test/find-browser.js';
import { type ConsoleSettings, type RunningConsole, startConsole } from './start-console.js';

const browserPath = findBrowser();
const isRunnable = Boolean(browserPath || process.env.CI);

export interface ConsoleFixture {
  readonly api: RunningConsole;
  readonly browser: Browser;
  /** Opens a view, such as `/e/users`, in a browser context of its own. It is closed after the test. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Allows errors on the console of this test's pages: those that the browser writes for an answer that is an error. */
  allow(...problems: RegExp[]): void;
}

interface OpenOptions extends BrowserContextOptions {
  /** Runs before the first request. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Whether the page is opened without the secret of the printed URL. @default false */
  readonly isStranger?: boolean;
}

interface FixtureOptions extends ConsoleSettings {
  /** Fills the table. */
  readonly seed?: (api: RunningConsole) => Promise<unknown>;
  /** Where pages may send requests, besides the console's own origin. */
  readonly origins?: () => readonly string[];
  readonly settings?: () => Promise<ConsoleSettings> | ConsoleSettings;
  /** Arguments of Chromium. */
  readonly args?: readonly string[];
}

/**
 * Gives the tests of a file an API with the console and a browser. A test fails if one of its pages has an uncaught
 * error, an error on the console (violations of the content security policy are such), or a request to elsewhere.
 */
export function consoleFixture({ seed, origins = () => [], settings, args = [] }: FixtureOptions = {}): ConsoleFixture {
  let api: RunningConsole | undefined;
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  let problems: string[] = [];
  let allowed: RegExp[] = [];

  beforeEach(({ skip }) => skip(!isRunnable, 'no Chromium or Chrome on the PATH'));
  beforeAll(async () => {
    if (!isRunnable) return;
    const launched = chromium.launch({ executablePath: browserPath ?? 'chromium', args: ['--no-sandbox', ...args] });
    api = await startConsole(await settings?.());
    await seed?.(api);
    browser = await launched;
  });
  afterAll(async () => {
    await browser?.close();
    await api?.stop();
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    const left = problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
    [contexts, problems, allowed] = [[], [], []];
    expect(left).toEqual([]);
  });

  const running = () => {
    if (!api || !browser) throw new Error('The console has not been started');
    return { api, browser };
  };
  /** Collects the problems of a page, but not those of the issuer's own pages. */
  const watch = (page: Page) => {
    const { url } = running().api;
    const report = (problem: string) => page.url().startsWith(url) && problems.push(problem);
    page.on('pageerror', (error) => report(`uncaught: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && report(`error: ${message.text()}`));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = [url, ...origins()].includes(origin) || ['data:', 'blob:'].includes(protocol);
      if (!isOwn) report(`request to ${origin}`);
    });
  };
  return {
    get api() {
      return running().api;
    },
    get browser() {
      return running().browser;
    },
    allow: (...patterns) => allowed.push(...patterns),
    async open(path, { prepare, isStranger = false, ...options } = {}) {
      const { api, browser } = running();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
      context.setDefaultTimeout(60_000); // a busy machine needs 20 s for a view
      contexts.push(context);
      const page = await context.newPage();
      watch(page);
      await prepare?.(page);
      await page.goto(`${api.url}/console${path}${isStranger ? '' : api.fragment}`);
      return page;
    },
  };
}
