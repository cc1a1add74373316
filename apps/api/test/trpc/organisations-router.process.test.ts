import type { Role } from '@aws-starter-kit/organisations';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { router, usersRouter } from '../../src/app.js';
import { accessTable } from '../../src/trpc/access-table.js';
import { organisationRoles, organisationsRouter } from '../../src/trpc/organisations-router.js';
import { cellsOf, differences } from '../access-cells.js';
import { headersOf } from '../local-tokens.js';
import { errorOf, type RunningApi, runningApi } from '../running-api.js';

const ownRouter = router({ users: usersRouter, organisations: organisationsRouter });
type Client = TRPCClient<typeof ownRouter>['organisations'];

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi({ router: ownRouter, access: { organisations: organisationRoles } });
});
afterAll(() => api.stop());

let count = 0;
/** A new caller with a verified email. */
async function newCaller(scope = 'organisations:admin') {
  const sub = `caller-${++count}`;
  const email = `${sub}@example.com`;
  const as = async (scope: string, { url } = api): Promise<Client> => {
    const headers = await headersOf({ sub, scope, email, email_verified: true });
    return createTRPCClient<typeof ownRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] }).organisations;
  };
  return { sub, email, as, client: await as(scope) };
}

type Caller = Awaited<ReturnType<typeof newCaller>>;

/** An organisation with an admin. */
async function newOrganisation() {
  const admin = await newCaller();
  const { id: organisationId } = await admin.client.create.mutate({ name: 'Acme' });
  return { organisationId, admin };
}

/** Makes a caller a member, by an invitation. */
async function join(
  { organisationId, admin }: Awaited<ReturnType<typeof newOrganisation>>,
  caller: Caller,
  role: Role,
) {
  const { token } = await admin.client.invite.mutate({ organisationId, email: caller.email, role });
  return caller.client.accept.mutate({ token });
}

describe('organisations', () => {
  it('are created, joined by invitation, and left', async () => {
    const acme = await newOrganisation();
    const { organisationId, admin } = acme;
    expect(await admin.client.list.query()).toMatchObject([{ id: organisationId, name: 'Acme', role: 'admin' }]);
    const guest = await newCaller();
    expect(await errorOf(guest.client.members.query({ organisationId }))).toMatchObject({ reason: 'NOT_A_MEMBER' });
    const member = await join(acme, guest, 'viewer');
    expect(member).toMatchObject({ organisationId, subject: guest.sub, email: guest.email, role: 'viewer' });
    const { items } = await guest.client.members.query({ organisationId }); // the role counts at once
    expect(items.map(({ email }) => email)).toEqual([admin.email, guest.email]);
    expect(items[0]).not.toHaveProperty('issuer'); // for admins only
    expect(items[0]).not.toHaveProperty('subject');
    const { items: full } = await admin.client.members.query({ organisationId });
    expect(full.map(({ subject }) => subject)).toEqual([admin.sub, guest.sub]);
    expect(await guest.client.leave.mutate({ organisationId })).toEqual({ deleted: true });
    expect(await errorOf(guest.client.members.query({ organisationId }))).toMatchObject({ reason: 'NOT_A_MEMBER' });
  });

  it('revoke the access of a member at once, in the process that made the change', async () => {
    const acme = await newOrganisation();
    const { organisationId, admin } = acme;
    const guest = await newCaller();
    const { id } = await join(acme, guest, 'admin');
    expect((await guest.client.invitations.query({ organisationId })).items).toEqual([]);
    await admin.client.setRole.mutate({ organisationId, id, role: 'viewer' });
    expect(await errorOf(guest.client.invitations.query({ organisationId }))).toMatchObject({ reason: 'ROLE_TOO_LOW' });
    expect((await guest.client.members.query({ organisationId })).items).toHaveLength(2);
    await admin.client.removeMember.mutate({ organisationId, id });
    expect(await errorOf(guest.client.members.query({ organisationId }))).toMatchObject({ reason: 'NOT_A_MEMBER' });
  });

  it('let no former admin change roles, although another process has not heard of the change', async () => {
    const { documentClient: client, tableName } = api;
    const table = { client, tableName };
    const second = await runningApi({ router: ownRouter, access: { organisations: organisationRoles }, table });
    onTestFinished(() => second.stop());
    const acme = await newOrganisation();
    const { organisationId, admin } = acme;
    const former = await newCaller();
    const { id } = await join(acme, former, 'admin');
    const there = await former.as('organisations:admin', second);
    await there.invitations.query({ organisationId });
    await admin.client.setRole.mutate({ organisationId, id, role: 'viewer' });
    expect((await there.invitations.query({ organisationId })).items).toEqual([]); // the role is still known there
    const tooLow = { code: 'FORBIDDEN', reason: 'ROLE_TOO_LOW' };
    expect(await errorOf(there.setRole.mutate({ organisationId, id, role: 'admin' }))).toMatchObject(tooLow);
    const invite = there.invite.mutate({ organisationId, email: former.email, role: 'admin' });
    expect(await errorOf(invite)).toMatchObject(tooLow);
    const account = { organisationId, issuer: 'https://x.example.com/', subject: 'robot', name: 'x' };
    expect(await errorOf(there.addServiceAccount.mutate(account))).toMatchObject(tooLow);
    const others = await admin.client.members.query({ organisationId });
    expect(others.items.map(({ role }) => role)).toEqual(['admin', 'viewer']);
  });

  it('are left once, and a repeated call gets the same answer', async () => {
    const acme = await newOrganisation();
    const { organisationId } = acme;
    const guest = await newCaller();
    await join(acme, guest, 'viewer');
    const headers = {
      ...(await headersOf({ sub: guest.sub, scope: 'organisations:write' })),
      'idempotency-key': '"k"',
    };
    const leave = async () => {
      const body = JSON.stringify({ organisationId });
      const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
      const response = await fetch(`${api.url}/trpc/organisations.leave`, init);
      return [await response.json(), response.headers.get('idempotency-replayed')];
    };
    expect(await leave()).toEqual([{ result: { data: { deleted: true } } }, null]);
    await join(acme, guest, 'member');
    expect(await leave()).toEqual([{ result: { data: { deleted: true } } }, 'true']);
    expect((await guest.client.members.query({ organisationId })).items).toHaveLength(2);
    await guest.client.leave.mutate({ organisationId });
    for (const id of [organisationId, 'none'])
      expect(await errorOf(guest.client.leave.mutate({ organisationId: id }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('reject what their rules forbid, with a reason', async () => {
    const acme = await newOrganisation();
    const { organisationId, admin } = acme;
    expect(await errorOf(admin.client.leave.mutate({ organisationId }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'LAST_ADMIN',
    });
    const { token } = await admin.client.invite.mutate({ organisationId, email: 'somebody@example.com' });
    const other = await newCaller();
    expect(await errorOf(other.client.accept.mutate({ token }))).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'INVITATION_NOT_FOUND',
    });
    const account = { organisationId, issuer: 'https://issuer.example.com/', subject: 'robot', name: 'Robot' };
    expect(await admin.client.addServiceAccount.mutate(account)).toMatchObject({ subject: 'robot', role: 'member' });
    expect(await errorOf(admin.client.addServiceAccount.mutate(account))).toMatchObject({
      code: 'CONFLICT',
      reason: 'ALREADY_MEMBER',
    });
    const person = {
      ...account,
      issuer: (await admin.client.members.query({ organisationId })).items[0]?.issuer ?? '',
    };
    const victim = admin.client.addServiceAccount.mutate({ ...person, subject: admin.sub });
    expect(await errorOf(victim)).toMatchObject({ code: 'CONFLICT', reason: 'PERSON_ACCOUNT' });
    expect(await errorOf(admin.client.create.mutate({ name: '' }))).toMatchObject({
      code: 'BAD_REQUEST',
      fieldErrors: { name: [expect.any(String)] },
    });
  });

  it('never show the hash of an invitation', async () => {
    const { organisationId, admin } = await newOrganisation();
    await admin.client.invite.mutate({ organisationId, email: 'somebody@example.com' });
    const { items } = await admin.client.invitations.query({ organisationId });
    expect(items).toEqual([expect.not.objectContaining({ tokenHash: expect.anything() })]);
  });
});

/** One call of each procedure within an organisation. `id` is a member, or an invitation. */
const calls: Record<
  string,
  (client: Client, ids: Record<'organisationId' | 'member' | 'invitation', string>) => Promise<unknown>
> = {
  members: ({ members }, { organisationId }) => members.query({ organisationId }),
  setRole: ({ setRole }, { organisationId, member: id }) => setRole.mutate({ organisationId, id, role: 'viewer' }),
  removeMember: ({ removeMember }, { organisationId, member: id }) => removeMember.mutate({ organisationId, id }),
  invite: ({ invite }, { organisationId }) => invite.mutate({ organisationId, email: 'new@example.com' }),
  invitations: ({ invitations }, { organisationId }) => invitations.query({ organisationId }),
  revokeInvitation: ({ revokeInvitation }, { organisationId, invitation: id }) =>
    revokeInvitation.mutate({ organisationId, id }),
  addServiceAccount: ({ addServiceAccount }, { organisationId }) =>
    addServiceAccount.mutate({ organisationId, issuer: 'https://x.example.com/', subject: 'robot', name: 'Robot' }),
};
const cells = cellsOf(ownRouter);
const targeted = ['setRole', 'removeMember', 'revokeInvitation'];

describe('each cell of the table of permissions of organisations', () => {
  it('has a call that tests it, and is in the table', () => {
    expect(new Set(cells.map(({ path }) => path))).toEqual(
      new Set(Object.keys(calls).map((one) => `organisations.${one}`)),
    );
    expect(differences(accessTable(ownRouter), cells)).toEqual([]);
  });

  type Ids = Parameters<(typeof calls)[string]>[1];
  type Founded = Awaited<ReturnType<typeof newOrganisation>>;
  let [own, other] = [] as unknown as [Founded, Founded];
  let theirs: Ids;
  async function idsIn(organisation: Founded): Promise<Ids> {
    const { organisationId, admin } = organisation;
    const { invitation } = await admin.client.invite.mutate({ organisationId, email: 'x@example.com' });
    return {
      organisationId,
      member: (await join(organisation, await newCaller(), 'member')).id,
      invitation: invitation.id,
    };
  }
  beforeAll(async () => {
    [own, other] = [await newOrganisation(), await newOrganisation()];
    theirs = await idsIn(other);
  });

  it.each(cells)('$path by $scope: $caller is $expected', async ({ path, needs, scope, caller, expected }) => {
    const somebody = await newCaller();
    await join(own, somebody, caller === 'no permission' ? 'admin' : caller);
    const client = await somebody.as(caller === 'no permission' ? 'users:admin' : needs);
    const call = calls[path.slice('organisations.'.length)] ?? expect.unreachable(path);
    const { organisationId } = own;
    if (expected !== 'allowed') {
      const outcome = call(client, scope === 'own' ? { ...theirs, organisationId } : theirs);
      expect(await errorOf(outcome)).toMatchObject({ code: 'FORBIDDEN', reason: expected });
    } else if (targeted.some((one) => path.endsWith(one))) {
      expect(await errorOf(call(client, { ...theirs, organisationId }))).toMatchObject({ code: 'NOT_FOUND' });
      await call(client, await idsIn(own));
    } else await call(client, { ...theirs, organisationId });
  });

  it('leaves the other organisation as it was', async () => {
    const { organisationId } = theirs;
    const { items } = await other.admin.client.members.query({ organisationId });
    expect(items.map(({ role }) => role)).toEqual(['admin', 'member']);
    const { items: invitations } = await other.admin.client.invitations.query({ organisationId });
    expect(invitations).toMatchObject([{ id: theirs.invitation }]);
  });
});
