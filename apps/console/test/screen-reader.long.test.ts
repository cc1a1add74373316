import { describe, expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { personOf, seedProjects, seedUsers } from './harness/seed.js';

let organisation = '';
const app = consoleFixture({
  seed: async (api) => {
    await seedUsers(api, 3);
    organisation = await seedProjects(api, 2);
  },
});

/** What a screen reader makes of a view: roles, names and states. */
async function treeOf(path: string, selector: string, ready: string): Promise<string> {
  const page = await app.open(path);
  await page.getByRole('heading', { level: 1, name: ready }).waitFor();
  await expect.poll(() => page.locator('.skeleton, [aria-busy=true]').count()).toBe(0);
  return page.locator(selector).first().ariaSnapshot();
}

describe('a screen reader', () => {
  it('gets landmarks: a banner, a navigation with the current page, and the content', async () => {
    const tree = await treeOf('/e/users', 'body', 'Users');
    const landmarks = tree.split('\n').filter((line) => /^- (link|banner|navigation|main|region)/.test(line));
    expect(landmarks).toEqual([
      '- link "Skip to the content":',
      '- banner:',
      '- navigation "Console":',
      '- main:',
      '- region "Messages"',
    ]);
  });

  it('gets a grid whose rows have names, and checkboxes that say of which row they are', async () => {
    const tree = await treeOf('/e/users', 'main [role=grid]', 'Users');
    const { name, email } = personOf(1);
    expect(tree).toMatch(/^- grid "Users":/);
    expect(tree).toContain('- checkbox "Select all rows that are loaded"');
    expect(tree).toMatch(/- columnheader "Email/);
    expect(tree).toContain(`- checkbox "Select ${name}"`);
    expect(tree).toContain(`- link "${name}":`);
    expect(tree).toContain(`- gridcell "${email}"`);
  });

  it('gets the attributes of an entity as terms with their definitions', async () => {
    const { id } = await app.api.client.users.getByEmail.query({ email: personOf(2).email });
    const tree = await treeOf(`/e/users/${id}`, 'main', personOf(2).name);
    expect(tree).toContain('- navigation "Parts of the user":');
    expect(tree).toMatch(/- term: Email\n {2}- definition:\n {4}- text: person-2@example\.com/);
  });

  it('gets each input of a form by its label, and choices as a group', async () => {
    const tree = await treeOf(`/e/projects/new?scope=${organisation}`, 'main', 'New project');
    for (const name of ['Code', 'Title', 'Priority', 'Due on', 'Notes']) expect(tree).toContain(`- textbox "${name}"`);
    expect(tree).toMatch(/- group "Status":(\n {4}- .*)*\n {4}- radio "planned"/);
    expect(tree).toContain('- checkbox "Is public"');
    expect(tree).toContain('- button "Create project"');
  });

  it('is told when a list has been loaded, and why an input is not valid', async () => {
    app.allow(/status of 400/);
    const page = await app.open('/e/users');
    await expect.poll(() => page.getByRole('status').allTextContents()).toContain('3 rows');
    await page.goto(`${app.api.url}/console/e/users/new`);
    await page.getByRole('textbox', { name: 'Email' }).fill('no email');
    await page.getByRole('textbox', { name: 'Name' }).fill('Nobody');
    await page.getByRole('button', { name: 'Create user' }).click();
    const email = page.getByRole('textbox', { name: 'Email' });
    await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
    const described = await email.evaluate((element) =>
      (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent),
    );
    expect(described.join(' ')).toMatch(/not a valid email/i);
  });
});
