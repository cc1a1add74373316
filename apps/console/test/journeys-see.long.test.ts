import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { consoleFixture } from './harness/console-fixture.js';
import { journey, printTimes } from './harness/journey.js';
import { personOf, seedUsers } from './harness/seed.js';

const app = consoleFixture({ seed: (api) => seedUsers(api, 12) });
printTimes();

journey('sees in a second browser what the first one changes', async ({ press, fill, name }) => {
  const email = `live-by-${name.replaceAll(' ', '-')}@example.com`;
  const [first, second] = [await app.open('/e/users/new'), await app.open('/live')];
  await second.getByText('Live', { exact: true }).first().waitFor();
  await fill(first.getByRole('textbox', { name: 'Email' }), email);
  await fill(first.getByRole('textbox', { name: 'Name' }), `Live by ${name}`);
  await press(first.getByRole('button', { name: 'Create user' }));
  await second.getByText(`Live by ${name}`).first().waitFor();
  await press(first.getByRole('link', { name: 'Edit' }));
  await fill(first.getByRole('textbox', { name: 'Name' }), `Changed by ${name}`);
  await press(first.getByRole('button', { name: 'Save' }));
  await second.getByText(`Changed by ${name}`).first().waitFor();
});

journey('reads metrics and the table, and has the doctor repair a finding', async ({ press, name }) => {
  const { client, tableName } = app.api.table;
  const id = `UNIQUE#USER#email#nobody-${name.length}@example.com`;
  await client?.send(new PutCommand({ TableName: tableName, Item: { id, ownerId: 'USER#gone' } }));
  const page = await app.open('/metrics');
  await page.getByText('users.create').first().waitFor();
  const navigation = page.getByRole('navigation', { name: 'Console' });
  await press(navigation.getByRole('link', { name: 'Table' }));
  await page.getByText(tableName).first().waitFor();
  await press(navigation.getByRole('link', { name: 'Doctor' }));
  await press(page.getByRole('button', { name: 'Examine' }));
  await press(page.getByRole('button', { name: /^Repair/ }).first());
  await press(
    page
      .getByRole('dialog')
      .or(page.getByRole('alertdialog'))
      .getByRole('button', { name: /^Repair/ }),
  );
  await page
    .getByText(/repaired/i)
    .first()
    .waitFor();
  await press(page.getByRole('button', { name: /^Examine/ }));
  await page.getByText('Nothing is wrong.').waitFor();
  expect(await app.api.client.users.getByEmail.query({ email: personOf(1).email })).toMatchObject(personOf(1));
});
