import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violationsOf } from './harness/axe.js';
import { consoleFixture } from './harness/console-fixture.js';
import { seedProjects, seedUsers } from './harness/seed.js';

const ids = { organisation: '', user: '', project: '' };
const app = consoleFixture({
  seed: async (api) => {
    await seedUsers(api, 30);
    ids.organisation = await seedProjects(api, 12);
    const { items: users } = await api.client.users.list.query({ limit: 1 });
    const { items: projects } = await api.client.projects.list.query({ organisationId: ids.organisation, limit: 1 });
    [ids.user, ids.project] = [users[0]?.id ?? '', projects[0]?.id ?? ''];
    await api.client.projects.update.mutate({
      organisationId: ids.organisation,
      id: ids.project,
      data: { title: 'Renamed', status: 'done' },
    });
  },
});

/** Where a view begins, with what shows that it is complete. */
const views: Readonly<
  Record<string, { path: () => string; heading: RegExp; open?: (page: Page) => Promise<unknown> }>
> = {
  overview: { path: () => '/', heading: /Overview/ },
  list: { path: () => '/e/users', heading: /Users/ },
  'list within an organisation': { path: () => `/e/projects?scope=${ids.organisation}`, heading: /Projects/ },
  attributes: { path: () => `/e/users/${ids.user}`, heading: /Lovelace/ },
  storage: { path: () => `/e/users/${ids.user}?tab=storage`, heading: /Lovelace/ },
  history: { path: () => `/e/projects/${ids.project}?scope=${ids.organisation}&tab=history`, heading: /Renamed/ },
  'new entity': { path: () => `/e/projects/new?scope=${ids.organisation}`, heading: /New project/ },
  edit: { path: () => `/e/projects/${ids.project}/edit?scope=${ids.organisation}`, heading: /Edit/ },
  import: { path: () => '/e/users/import', heading: /Import/ },
  live: { path: () => '/live', heading: /Live changes/ },
  metrics: { path: () => '/metrics', heading: /Metrics/ },
  table: { path: () => '/table', heading: /Table/ },
  doctor: { path: () => '/doctor', heading: /Doctor/ },
  'not found': { path: () => '/e/nothing', heading: /Not found/ },
  keys: {
    path: () => '/e/users',
    heading: /Users/,
    open: async (page) => {
      await page.getByRole('button', { name: 'Keys' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
};

const sizes = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
];

const looks = sizes.flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

it('finds a violation where there is one', async () => {
  const page = await app.open('/e/nothing');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(() => document.querySelector('main')?.append(document.createElement('input')));
  expect(await violationsOf(page)).toEqual([expect.stringMatching(/^label: .*<input>/)]);
});

it.each(Object.entries(views))('has no violation in light and dark, wide and narrow: %s', async (_name, view) => {
  const page = await app.open(view.path());
  await page.getByRole('heading', { level: 1, name: view.heading }).waitFor();
  await expect.poll(() => page.locator('.skeleton, [aria-busy=true]').count()).toBe(0);
  await view.open?.(page);
  const found: Record<string, readonly string[]> = {};
  for (const { viewport, colorScheme } of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const look = `${colorScheme} ${viewport.width}`;
    found[look] = await violationsOf(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${look} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((look) => [look, []])));
});
