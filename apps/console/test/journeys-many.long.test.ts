import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { journey, printTimes } from './harness/journey.js';
import { personOf, seedUsers } from './harness/seed.js';

const app = consoleFixture({ seed: (api) => seedUsers(api, 60) });
printTimes();

journey('changes many users, pauses, and sees which one was rejected', async ({ press, fill, name }) => {
  app.allow(/status of 409/);
  const page = await app.open('/e/users');
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .waitFor();
  await press(page.getByRole('checkbox', { name: 'Select all rows that are loaded' }));
  const { items } = await app.api.client.users.list.query({ limit: 100, order: 'asc' });
  const changed = items[5];
  await app.api.client.users.update.mutate({ id: changed?.id ?? '', data: { name: 'Changed meanwhile' } });
  await press(page.getByRole('region', { name: 'Selected rows' }).getByRole('button', { name: 'Edit' }));
  const dialog = page.getByRole('alertdialog');
  await press(dialog.getByRole('checkbox', { name: 'Name' }));
  await fill(dialog.getByRole('textbox', { name: 'Name' }), `Many by ${name}`);
  await page.route('**/trpc/users.update**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 100)); // so that there is time to pause
    await route.continue();
  });
  await press(dialog.getByRole('button', { name: /^Change \d+ users$/ }));
  await press(dialog.getByRole('button', { name: 'Pause' }));
  await dialog.getByText(/^Paused\. Changed \d+ of \d+/).waitFor();
  await press(dialog.getByRole('button', { name: 'Go on' }));
  const total = items.length - 1;
  await dialog.getByText(`Ready. Changed ${total}, 1 failed`).waitFor();
  expect(await dialog.getByRole('region', { name: 'Failed rows' }).textContent()).toContain(changed?.id);
  await press(dialog.getByRole('button', { name: 'Close' }));
  const { items: after } = await app.api.client.users.list.query({ limit: 100, order: 'asc' });
  expect(after.filter((user) => user.name === `Many by ${name}`)).toHaveLength(total);
});

journey('imports many rows with bad ones, and exports them', async ({ press, fill, choose, name }) => {
  app.allow(/status of (400|409)/);
  const count = name === 'mouse' ? 1_000 : 100;
  const prefix = `import-${name.replaceAll(' ', '-')}`;
  const rows = Array.from({ length: count }, (_, row) => {
    if (row === 3) return `${personOf(1).email},Taken`;
    return row === 7 ? 'no email,Invalid' : `${prefix}-${row}@example.com,"Row, ${row}"`;
  });
  const page = await app.open('/e/users/import');
  await fill(page.getByRole('textbox', { name: 'Or paste rows' }), ['email,name', ...rows].join('\n'));
  await press(page.getByRole('button', { name: 'Use the pasted rows' }));
  await press(page.getByRole('button', { name: 'Import', exact: true }));
  await page.getByText(`Ready. Imported ${(count - 2).toLocaleString()}, 2 failed`).waitFor({ timeout: 120_000 });
  const failed = await page.getByRole('region', { name: 'Failed rows' }).textContent();
  expect(failed).toMatch(/4.*email is taken.*8.*not a valid email/is);

  await page.goto(`${app.api.url}/console/e/users`);
  await press(page.getByRole('button', { name: 'Export' }));
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await choose(dialog.getByLabel('Format'), 'CSV');
  const download = page.waitForEvent('download');
  await press(dialog.getByRole('button', { name: /^Export/ }));
  const text = await readFile(await (await download).path(), 'utf8');
  const exported = text.split('\n').filter((line) => line.includes(prefix));
  expect(exported).toHaveLength(count - 2);
  expect(exported.join('\n')).toContain('"Row, 0"'); // rows are created several at a time
});
