import { describe, expect, it } from 'vitest';
import { consoleFixture } from '../harness/console-fixture.js';
import { seedProjects, seedUsers } from '../harness/seed.js';

const users = 120;
const fixture = consoleFixture({
  async seed(api) {
    await seedUsers(api, users);
    await seedProjects(api, 30);
  },
});

describe('the overview', () => {
  it('has counts, creations over time with a table, counts by status and the newest entities', async () => {
    const page = await fixture.open('/');
    const card = page.getByRole('region', { name: 'Users' });
    await card.getByText(String(users), { exact: true }).waitFor();
    await card.getByText('Show as table').click();
    const table = card.getByRole('region', { name: /^New users per/ });
    const counts = await table.locator('td').allTextContents();
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(users);

    const projects = page.getByRole('region', { name: 'Projects' });
    await expect
      .poll(() => projects.getByRole('table', { name: 'By status' }).locator('tr').allTextContents())
      .toEqual(['planned10', 'active10', 'done10']);
    await projects.getByRole('link', { name: 'Project 30' }).click();
    await page
      .getByRole('heading', { level: 1 })
      .getByText(/Project/)
      .waitFor();
    expect(page.url()).toContain('scope=');
  });

  it('reads single values of a chart by arrow keys', async () => {
    const page = await fixture.open('/');
    const slider = page.getByRole('slider', { name: /^New users per/ });
    await slider.focus();
    await slider.press('End');
    const last = await slider.getAttribute('aria-valuetext');
    await slider.press('ArrowLeft');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).not.toBe(last);
  });
});

describe('live changes', () => {
  it('shows changes as they happen with the attributes that changed, and none while it is paused', async () => {
    const { client } = fixture.api;
    const page = await fixture.open('/live');
    const changes = page.getByRole('list', { name: 'Changes' }).locator('> li');
    await page.getByText('Live', { exact: true }).waitFor();
    const { id } = await client.users.create.mutate({ email: 'eve@example.com', name: 'Eve' });
    await expect.poll(() => changes.first().textContent()).toMatch(/Created.*Eve.*version 1/);
    await client.users.update.mutate({ id, data: { name: 'Evelyn' } });
    await expect.poll(() => changes.first().textContent()).toMatch(/Updated.*Evelyn.*name Eve.*Evelyn/);

    await page.getByRole('button', { name: 'Pause' }).click();
    await client.users.delete.mutate({ id });
    await page.getByRole('button', { name: 'Resume (1 new)' }).waitFor();
    expect(await changes.count()).toBe(2);
    await page.getByRole('button', { name: 'Resume (1 new)' }).click();
    await expect.poll(() => changes.first().textContent()).toMatch(/Deleted.*Evelyn/);
  });

  it('are counted beside a list, whose rows stay until the user asks for them', async () => {
    const { client } = fixture.api;
    const page = await fixture.open('/e/users?order=desc');
    const first = page.getByRole('row').nth(1);
    await first.getByText('person-120@example.com').waitFor();
    const before = await first.textContent();
    await page.getByText('Live', { exact: true }).waitFor();
    const { id } = await client.users.create.mutate({ email: 'mallory@example.com', name: 'Mallory' });
    await client.users.update.mutate({ id, data: { name: 'Mallory M.' } });
    const refresh = page.getByRole('button', { name: '2 changes: refresh' });
    await refresh.waitFor();
    expect(await first.textContent()).toBe(before);
    await refresh.click();
    await expect.poll(() => first.textContent()).toContain('Mallory M.');
    await refresh.waitFor({ state: 'detached' });
  });
});
