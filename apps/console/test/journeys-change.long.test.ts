import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { journey, printTimes } from './harness/journey.js';
import { personOf, seedProjects, seedUsers } from './harness/seed.js';

let organisation = '';
const app = consoleFixture({
  seed: async (api) => {
    await seedUsers(api, 5);
    organisation = await seedProjects(api, 2);
  },
});
printTimes();

journey('creates a user with a taken email, and corrects it', async ({ press, fill, name }) => {
  app.allow(/status of 409/);
  const page = await app.open('/e/users');
  await press(page.getByRole('link', { name: 'New', exact: true }));
  const email = page.getByRole('textbox', { name: 'Email' });
  await fill(email, personOf(3).email);
  await fill(page.getByRole('textbox', { name: 'Name' }), `New by ${name}`);
  await press(page.getByRole('button', { name: 'Create user' }));
  await page.getByText('This email is taken').waitFor();
  expect(await email.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => email.evaluate((element) => element === document.activeElement)).toBe(true);
  const free = `new-by-${name.replaceAll(' ', '-')}@example.com`;
  await fill(email, free);
  await press(page.getByRole('button', { name: 'Create user' }));
  await heading(page, `New by ${name}`);
  expect(await app.api.client.users.getByEmail.query({ email: free })).toMatchObject({ version: 1 });
});

journey('edits a user whom somebody else edits, and merges both changes', async ({ press, fill, name }) => {
  app.allow(/status of 409/);
  const { id } = await newUser(`conflict by ${name}`);
  const page = await app.open(`/e/users/${id}`);
  await press(page.getByRole('link', { name: 'Edit' }));
  await fill(page.getByRole('textbox', { name: 'Name' }), 'Mine');
  const theirs = { name: 'Theirs', email: `theirs-${id}@example.com` };
  await app.api.client.users.update.mutate({ id, data: theirs });
  await press(page.getByRole('button', { name: 'Save' }));
  await page.getByRole('heading', { name: 'Somebody else has changed this in the meantime' }).waitFor();
  await press(page.getByRole('radio', { name: 'Yours' }));
  await press(page.getByRole('button', { name: 'Save the merged version' }));
  await heading(page, 'Mine');
  const merged = { name: 'Mine', email: theirs.email, version: 3 };
  expect(await app.api.client.users.getById.query({ id })).toMatchObject(merged);
});

journey('loses the answer of a change, and learns that it was saved', async ({ press, fill, name }) => {
  app.allow(/ERR_CONNECTION_RESET|ERR_FAILED/);
  const { id } = await newUser(`lost by ${name}`);
  const page = await app.open(`/e/users/${id}/edit`);
  const keys: (string | undefined)[] = [];
  const outage = async (route: Parameters<Parameters<Page['route']>[1]>[0]) => {
    if (keys.push(/"(.*)"/.exec(route.request().headers()['idempotency-key'] ?? '')?.[1]) === 1) await route.fetch(); // it is delivered
    await route.abort('connectionreset');
  };
  await page.route('**/trpc/users.update**', outage);
  await fill(page.getByRole('textbox', { name: 'Name' }), `Saved by ${name}`);
  await press(page.getByRole('button', { name: 'Save' }));
  await page.getByText('Not known yet whether it was saved').waitFor();
  await page.unroute('**/trpc/users.update**', outage);
  await heading(page, `Saved by ${name}`);
  await page.getByText('the first attempt was saved, only its answer was lost').waitFor();
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toBeTruthy();
  expect(await app.api.client.users.getById.query({ id })).toMatchObject({ version: 2 });
});

journey('deletes a project, and undoes it', async ({ press, name }) => {
  const { id } = await app.api.client.projects.create.mutate({
    organisationId: organisation,
    ...{ code: `D-${name.length}`, title: `Deleted by ${name}`, status: 'done', priority: 1, isPublic: true },
  });
  const page = await app.open(`/e/projects/${id}?scope=${organisation}`);
  await press(page.getByRole('button', { name: 'Delete' }));
  await press(page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }));
  await page.getByText(`Deleted project “Deleted by ${name}”`).waitFor();
  const found = () => app.api.client.projects.getById.query({ organisationId: organisation, id }).catch(() => null);
  expect(await found()).toBeNull();
  await press(page.getByRole('button', { name: 'Undo' }));
  await page.getByText(`Restored project “Deleted by ${name}”`).waitFor();
  await press(page.getByRole('button', { name: 'Open', exact: true }));
  await heading(page, `Deleted by ${name}`);
  expect(await found()).toMatchObject({ id, title: `Deleted by ${name}` });
});

const newUser = (name: string) =>
  app.api.client.users.create.mutate({ name, email: `${name.replaceAll(' ', '-')}@example.com` });

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
