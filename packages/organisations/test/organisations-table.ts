import type { DynamoModelOptions } from '@aws-starter-kit/dynamo';
import { expect } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { MemberService, type Organisation, OrganisationModel, OrganisationService, type Person } from '../src/index.js';

/** Makes a table, with what makes organisations and members in it. */
export async function organisationsTable() {
  const { client, tableName } = await freshTable();
  const table: DynamoModelOptions = { client, tableName };
  const organisations = new OrganisationService(table);
  let count = 0;
  const issuer = 'https://login.example.com/';
  const newPerson = (name = 'person'): Person => {
    const subject = `${name}-${++count}`;
    return { issuer, subject, email: `${subject}@example.com` };
  };

  /** An organisation with its first admin, and its members. */
  async function newOrganisation() {
    const admin = newPerson('admin');
    const organisation = (await organisations.createOrganisation({ name: 'Acme' }, admin)) ?? expect.unreachable();
    const members = new MemberService({ organisationId: organisation.id }, table);
    const [first = expect.unreachable()] = (await members.listMembers()).items;
    return { admin, organisation, members, first };
  }

  /** A new member, by an invitation. */
  async function join(members: MemberService, role: 'viewer' | 'member' | 'admin' = 'member', person = newPerson()) {
    const { token } = await members.invite({ email: person.email ?? '', role });
    return organisations.acceptInvitation(token, person);
  }

  const adminsOf = async ({ id }: Organisation, members: MemberService) => {
    const { adminIds } = (await new OrganisationModel(table).getById(id, { consistent: true })) ?? expect.unreachable();
    const listed = (await members.listMembers()).items.filter(({ role }) => role === 'admin');
    expect(new Set(listed.map(({ id }) => id))).toEqual(adminIds); // the organisation knows its admins
    return adminIds.size;
  };
  return { table, organisations, issuer, newPerson, newOrganisation, join, adminsOf };
}
