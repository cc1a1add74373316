import { OrganisationModel } from '@aws-starter-kit/organisations';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { describe, expect, it } from 'vitest';
import { erasePeople } from '../src/erase-person.js';
import { newPerson as identified } from '../src/person.js';
import { assertNotOfOthers, findPersonalItems } from '../src/personal-items.js';
import { peopleTable } from './personal-data-table.js';

const kindsOf = (items: readonly { kind: string }[]) => [...new Set(items.map(({ kind }) => kind))].sort();

describe('the data of a person', () => {
  it('is found by the id: user, versions, claims, binding, memberships, invitations, records of calls', async () => {
    const { table, newPerson, itemsWith } = await peopleTable();
    const ada = await newPerson('ada');
    await newPerson('wada'); // whose email ends with that of the other
    const person = identified(ada.id);
    const [found = []] = await findPersonalItems(table, [person]);
    expect(kindsOf(found)).toEqual([...['binding', 'call', 'claim', 'invitation', 'membership', 'user', 'version']]);
    expect([...person.emails].sort()).toEqual([...ada.emails].sort());
    const all = await itemsWith(ada.id, '"ada@example.com', '"ada.before@example.com', 'auth0|ada');
    expect(found.map(({ item }) => item.id)).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
    expect(JSON.stringify(found)).not.toContain('wada');
  });

  it('does not include data of another user who now has a former email', async () => {
    const { table, users, newPerson, newOrganisation } = await peopleTable();
    const ada = await newPerson('ada');
    const { members } = await newOrganisation('other');
    await users.createUser({ email: ada.emails[0], name: 'Eve' });
    const { invitation } = await members.invite({ email: ada.emails[0] });
    const [found = []] = await findPersonalItems(table, [identified(ada.id)]);
    expect(found.map(({ item }) => item.id)).not.toContain(`INVITATION#${invitation.id}`);
  });

  it('rejects a given email that another user holds now', async () => {
    const { table, users, newPerson } = await peopleTable();
    const ada = await newPerson('ada');
    const named = identified(ada.id, ada.emails);
    await assertNotOfOthers(table, named);
    await users.createUser({ email: ada.emails[0], name: 'Eve' });
    await expect(assertNotOfOthers(table, named)).rejects.toThrow(`Another user holds ${ada.emails[0]} now`);
  });
});

describe('an erasure', () => {
  it('leaves no trace of id, email, name and subject except in records of calls, which expire', async () => {
    const { table, items, itemsWith, newPerson, users } = await peopleTable();
    const eve = await newPerson('eve');
    const before = await items();
    const ada = await newPerson('ada');
    const [report] = await erasePeople(table, [identified(ada.id)]);
    expect(report).toEqual({
      id: ada.id,
      erased: { user: 1, version: 2, binding: 1, membership: 1, invitation: 1 },
      expiring: [{ id: expect.stringMatching(/^ONCE#/), kind: 'call', expiresAt: expect.any(String) }],
      remaining: [],
    });
    const traces = await itemsWith(ada.id, ...ada.emails, ada.name, ada.subject.subject);
    expect(traces.map(({ id }) => id)).toEqual(report?.expiring.map(({ id }) => id));
    // what others have is as it was, but for the organisation that ada was in
    const after = (await items()).filter(({ id }) => !traces.some((trace) => trace.id === id));
    const isOfHost = ({ id, organisationId }: Record<string, unknown>) =>
      [id, organisationId].some((value) => String(value).includes(ada.host.organisation.id));
    expect(after.filter((item) => !isOfHost(item)).sort(byId)).toEqual(before.sort(byId));
    expect(await users.getUserById(eve.id)).toMatchObject({ name: eve.name });
    expect(await ada.host.members.listMembers()).toMatchObject({ items: [{ role: 'admin' }] });
  });

  it('can be repeated, and then finds nothing', async () => {
    const { table, newPerson } = await peopleTable();
    const { id } = await newPerson('ada');
    await erasePeople(table, [identified(id)]);
    expect(await erasePeople(table, [identified(id)])).toMatchObject([{ erased: {}, remaining: [] }]);
  });

  it('erases several people with the same scans', async () => {
    const { table, newPerson, itemsWith, faults } = await peopleTable();
    const people = [await newPerson('ada'), await newPerson('eve')];
    const reports = await erasePeople(
      table,
      people.map(({ id }) => identified(id)),
    );
    expect(reports.map(({ erased }) => erased.user)).toEqual([1, 1]);
    expect(await itemsWith(...people.flatMap(({ emails, name }) => [...emails, name]))).toEqual([]);
    expect(faults.counts.Scan).toBeLessThanOrEqual(4);
  });

  it('skips the last admin of an organisation, and erases the others', async () => {
    const { table, newPerson, items, itemsWith, organisations } = await peopleTable();
    const ada = await newPerson('ada');
    const own = await organisations.createOrganisation({ name: 'Own' }, { ...ada.subject, email: ada.emails[1] });
    const before = await items();
    const eve = await newPerson('eve');
    expect(await erasePeople(table, [identified(ada.id), identified(eve.id)])).toMatchObject([
      {
        erased: {},
        refused: `User ${ada.id} is the last admin of organisation ${own?.id}: make another member an admin there (organisations.setRole), then run the same command again`,
      },
      { erased: { user: 1 }, remaining: [] },
    ]);
    expect(await items()).toEqual(expect.arrayContaining(before));
    expect(await itemsWith(...eve.emails)).toEqual([]);
  });

  it('finds the memberships of a user without a binding by the verified email', async () => {
    const { table, users, organisations, newOrganisation, itemsWith } = await peopleTable();
    const user = await users.createUser({ email: 'ada@example.com', name: 'Ada' });
    const { members } = await newOrganisation('host');
    const { token } = await members.invite({ email: 'ada@example.com' });
    await organisations.acceptInvitation(token, { issuer: 'i', subject: 's', email: 'ada@example.com' });
    expect(await erasePeople(table, [identified(user.id)])).toMatchObject([
      { erased: { membership: 1 }, remaining: [] },
    ]);
    expect(await itemsWith('ada@example.com', user.id)).toEqual([]);
  });

  it('includes changes after the search: a new email, its invitation, a new membership', async () => {
    const { table, users, organisations, newPerson, newOrganisation, itemsWith } = await peopleTable();
    const ada = await newPerson('ada');
    const { members } = await newOrganisation('late');
    const email = 'ada.late@example.com';
    const [report] = await erasePeople(table, [identified(ada.id)], async () => {
      await users.updateUser(ada.id, { email });
      await members.invite({ email });
      const { token } = await members.invite({ email: ada.emails[0] });
      await organisations.acceptInvitation(token, { ...ada.subject, email: ada.emails[0] });
    });
    expect(report).toMatchObject({ erased: { user: 1, membership: 2, invitation: 2 }, remaining: [] });
    const traces = await itemsWith(ada.id, email, ...ada.emails, ada.subject.subject);
    expect(traces.map(({ id }) => id)).toEqual(report?.expiring.map(({ id }) => id));
  });

  it('includes the invitation of a new email even if no version has the email', async () => {
    const { table, newOrganisation, itemsWith } = await peopleTable();
    const users = new UserService({ model: new UserModel(table) });
    const { id } = await users.createUser({ email: 'ada@example.com', name: 'Ada' });
    const { members } = await newOrganisation('late');
    const email = 'ada.late@example.com';
    await erasePeople(table, [identified(id)], async () => {
      await users.updateUser(id, { email });
      await members.invite({ email });
    });
    expect(await itemsWith(id, email, 'ada@example.com')).toEqual([]);
  });

  it('keeps tombstones and records that stop late requests, until they have expired', async () => {
    const { table, newPerson, put } = await peopleTable();
    const { id } = await newPerson('ada');
    const [minute, now] = [60_000, Date.now()];
    await put({ id: `THING#${id}-1`, _tombstone: true, _fence: now - minute, of: id });
    await put({ id: `THING#${id}-2`, _tombstone: true, _fence: now - 11 * minute, of: id });
    await put({ id: 'ONCE#expired', results: [`USER#${id}`], expiresAt: Math.floor((now - minute) / 1000) });
    const [report] = await erasePeople(table, [identified(id)]);
    expect(report).toMatchObject({ erased: { tombstone: 1, call: 1 }, remaining: [] });
    expect(report?.expiring.map(({ kind }) => kind).sort()).toEqual(['call', 'tombstone']);
    expect(report?.expiring.map((item) => item.id)).toContain(`THING#${id}-1`);
  });

  it('reports unknown items, and keeps them', async () => {
    const { table, newPerson, newOrganisation, itemsWith } = await peopleTable();
    const ada = await newPerson('ada');
    const { members, organisation } = await newOrganisation('other');
    const account = { issuer: 'https://other.example.com/', subject: 'x', name: `bot of ${ada.emails[1]}` };
    const bot = await members.addServiceAccount(account);
    await new OrganisationModel(table).update(organisation.id, { name: `Team of ${ada.emails[1]}` });
    const [report] = await erasePeople(table, [identified(ada.id)]);
    expect([...(report?.remaining ?? [])].map((item) => ({ ...item })).sort(byId)).toEqual([
      { id: `MEMBER#${bot?.id}`, kind: 'other' },
      { id: `ORGANISATION#${organisation.id}`, kind: 'organisation' },
    ]);
    expect(await itemsWith(ada.emails[1])).toHaveLength(2);
  });
});

const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => (String(a.id) < String(b.id) ? -1 : 1);
