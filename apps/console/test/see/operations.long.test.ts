import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { consoleFixture } from '../harness/console-fixture.js';
import { seedUsers } from '../harness/seed.js';

const users = 12;
const fixture = consoleFixture({ seed: (api) => seedUsers(api, users) });

describe('metrics', () => {
  it('shows calls by procedure, sorted by the head that is pressed', async () => {
    const page = await fixture.open('/e/users');
    await page.getByText('person-12@example.com').waitFor();
    await page.getByRole('link', { name: 'Metrics' }).click();
    const table = page.getByRole('table', { name: 'By procedure' });
    const procedures = () => table.locator('tbody th').allTextContents();
    await expect.poll(procedures).toContain('users.list');
    await table.getByRole('button', { name: 'Procedure' }).click();
    const ascending = await procedures();
    expect(ascending).toEqual(ascending.toSorted());
    await expect
      .poll(() => table.getByRole('columnheader', { name: 'Procedure' }).getAttribute('aria-sort'))
      .toBe('ascending');
  });
});

describe('the table', () => {
  it('shows the definition, and each difference with the command that repairs it', async () => {
    const page = await fixture.open('/table');
    await page.getByRole('table', { name: 'Indexes' }).getByText('GSI1').waitFor();
    const drift = page.getByRole('listitem').filter({ hasText: 'stream' });
    await drift.getByText(/^(pnpm|set|once)/).waitFor();
  });
});

describe('the doctor', () => {
  it('finds stale keys, links to the entity, and repairs them once the user has confirmed it', async () => {
    const { table, client } = fixture.api;
    const user = await client.users.getByEmail.query({ email: 'person-3@example.com' });
    const id = `USER#${user.id}`;
    await table.client?.send(
      new UpdateCommand({
        ...{ TableName: table.tableName, Key: { id } },
        ...{ UpdateExpression: 'SET sk1 = :stale', ExpressionAttributeValues: { ':stale': '2001' } },
      }),
    );
    const page = await fixture.open('/doctor');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByRole('link', { name: id }).waitFor();
    await page.getByRole('button', { name: /^Repair: Index keys/ }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Repair 1' }).click();
    await page.getByText('1 repaired').waitFor();
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('Nothing is wrong.').waitFor();
  });
});
