import { expect, it } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { seedProjects } from './harness/seed.js';

let organisationId = '';
const app = consoleFixture({
  seed: async (api) => {
    organisationId = await seedProjects(api, 1);
  },
});

it('restores versions of the last life of an id only, as the API does', async () => {
  const { projects } = app.api.client;
  const { id } = (await projects.list.query({ organisationId })).items[0] ?? { id: '' };
  const versionsOf = async () => (await projects.versions.query({ organisationId, id })).items;
  await projects.update.mutate({ organisationId, id, data: { title: 'First life' } });
  await projects.delete.mutate({ organisationId, id });
  await projects.revert.mutate({ organisationId, id, version: 2 });
  await projects.update.mutate({ organisationId, id, data: { title: 'Second life' } });
  expect((await versionsOf()).map(({ version }) => version)).toEqual([2, 1, 3, 2, 1]);

  const page = await app.open(`/e/projects/${id}?scope=${organisationId}&tab=history`);
  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem');
  const restorable = async () =>
    (await Promise.all((await versions.all()).map((one) => one.getByRole('button', { name: /Restore/ }).count()))).join(
      '',
    );
  await expect.poll(restorable).toBe('01000');

  await projects.delete.mutate({ organisationId, id });
  await page.reload();
  await expect.poll(restorable).toBe('011000');
  await versions.nth(2).getByRole('button', { name: 'Restore version 1' }).click();
  await expect.poll(async () => (await versionsOf())[0]?.entity?.title).toBe('First life');
});
