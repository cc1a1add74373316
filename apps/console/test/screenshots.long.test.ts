import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { expectScreenshot, useTestFonts } from './harness/screenshot.js';
import { personOf, seedProjects } from './harness/seed.js';

/** The time of the API and of the pages. */
const now = Date.parse('2027-03-01T12:00:00Z');

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterAll(() => {
  vi.useRealTimers();
});

const app = consoleFixture({
  args: ['--font-render-hinting=none', '--disable-lcd-text'],
  seed: async (api) => {
    for (let number = 1; number <= 40; number++) {
      vi.setSystemTime(now - (40 - number) * 3_600_000 - 600_000);
      await api.users.create(personOf(number), {
        id: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`,
      });
    }
    await seedProjects(api, 12, (number) => vi.setSystemTime(now - (12 - number) * 7_200_000 - 300_000));
    vi.setSystemTime(now);
  },
});

const user = '00000003-0000-4000-8000-000000000000';
const views: Readonly<Record<string, { path: string; heading: RegExp }>> = {
  overview: { path: '/', heading: /Overview/ },
  list: { path: '/e/users', heading: /Users/ },
  entity: { path: `/e/users/${user}`, heading: /Lovelace/ },
  storage: { path: `/e/users/${user}?tab=storage`, heading: /Lovelace/ },
  edit: { path: `/e/users/${user}/edit`, heading: /Edit/ },
  import: { path: '/e/users/import', heading: /Import/ },
  live: { path: '/live', heading: /Live/ },
  doctor: { path: '/doctor', heading: /Doctor/ },
};
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

it.each(Object.entries(views))('looks as before: %s', async (name, { path, heading }) => {
  for (const { name: look, ...options } of looks) {
    const page = await app.open(path, {
      ...options,
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      prepare: (page) => page.clock.setFixedTime(now),
    });
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await useTestFonts(page);
    await expect.poll(() => page.locator('.skeleton, [aria-busy=true]').count()).toBe(0);
    await expect.poll(() => page.getByText('Connecting').count()).toBe(0);
    await expectScreenshot(page, `${name}-${look}`);
    await page.context().close();
  }
});
