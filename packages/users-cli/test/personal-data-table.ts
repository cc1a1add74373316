import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { MemberService, OrganisationService } from '@aws-starter-kit/organisations';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { expect, vi } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';

const issuer = 'https://login.example.com/';

/** A user model whose versions are kept, as a project may declare it. */
class KeptUserModel extends UserModel {
  protected override keepsHistory() {
    return true;
  }
}

/** Creates a table with people, and with items that mention them. */
export async function peopleTable() {
  vi.stubEnv('LOG_LEVEL', 'ERROR');
  const faults = faultyHandler({ rules: [], record: true });
  const { client, tableName, patient, endpoint } = await freshTable({ requestHandler: faults });
  const table = { client, tableName };
  const model = new KeptUserModel(table);
  const users = new UserService({ model });
  const organisations = new OrganisationService(table);
  const items = async () => {
    const { Items = [] } = await patient.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
    return Items;
  };

  /** A person with all kinds of items: versions, a binding, memberships, an invitation, records of calls. */
  async function newPerson(name: string) {
    const emails = [`${name}.before@example.com`, `${name}@example.com`] as const;
    const subject = { issuer, subject: `auth0|${name}` };
    const user =
      (await users.createUser({ email: emails[0], name: `${name} Lovelace` }, { once: `create-${name}` })) ??
      expect.unreachable();
    expect(await users.getUserIdOfSubject({ ...subject, verifiedEmail: emails[0] })).toBe(user.id);
    const host = await newOrganisation(`host of ${name}`);
    const { token } = await host.members.invite({ email: emails[0] });
    await organisations.acceptInvitation(token, { ...subject, email: emails[0] });
    await users.updateUser(user.id, { email: emails[1] });
    await host.members.invite({ email: emails[1] });
    return { id: user.id, emails, subject, host, name: `${name} Lovelace` };
  }

  async function newOrganisation(name: string) {
    const admin = { issuer, subject: `admin of ${name}`, email: 'admin@example.com' };
    const organisation = (await organisations.createOrganisation({ name }, admin)) ?? expect.unreachable();
    return { organisation, admin, members: new MemberService({ organisationId: organisation.id }, table) };
  }

  /** Returns the items that contain one of some texts, in any attribute. */
  const itemsWith = async (...texts: readonly string[]) => {
    const toText = (item: object) =>
      JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value)).toLowerCase();
    const all = await items();
    return all.filter((item) => texts.some((text) => toText(item).includes(text.toLowerCase())));
  };
  /** Copies items into a new table, as a restore does, and returns its name. */
  const restored = async (list: Awaited<ReturnType<typeof items>>) => {
    const { tableName, patient } = await freshTable();
    for (const Item of list) await patient.send(new PutCommand({ TableName: tableName, Item }));
    return tableName;
  };
  const put = (Item: Record<string, unknown>) => patient.send(new PutCommand({ TableName: tableName, Item }));
  const setFaults = (rules: FaultRule[]) => faults.setRules(rules);
  return {
    table,
    tableName,
    endpoint,
    patient,
    model,
    users,
    organisations,
    faults,
    setFaults,
    restored,
    put,
    items,
    itemsWith,
    newPerson,
    newOrganisation,
  };
}
