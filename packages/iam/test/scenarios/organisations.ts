import { buildApp, jwtAuthentication, procedure, router } from '@aws-starter-kit/api/app';
import { organisationRoles, organisationsRouter } from '@aws-starter-kit/api/organisations';
import { type BaseModel, DynamoModel, generateUUID } from '@aws-starter-kit/dynamo';
import { localIssuer } from '@aws-starter-kit/local-api';
import { createTRPCClient, httpLink } from '@trpc/client';
import * as z from 'zod';
import { auditTrail } from '../../../../apps/api/src/telemetry/audit-trail.js';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';

interface Note extends BaseModel {
  text: string;
}

/** Nothing unique, as `pnpm gen entity note --fields "text:string"` makes it. */
class NoteModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Note';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(note: Note) {
    note.pk1 = 'NOTE';
    note.sk1 = `CREATED#${note.createdAt}`;
  }
  protected override indexedAttributes() {
    return ['createdAt'] as const;
  }
}

const id = z.strictObject({ id: z.string() });

/** The procedures of a generated entity without unique fields: the calls of its service. */
function notesRouter(notes: NoteModel) {
  const write = procedure.meta({ needs: 'notes:admin' });
  const read = procedure.meta({ needs: 'notes:read' });
  return router({
    create: write.input(z.strictObject({ text: z.string() })).mutation(({ input }) => notes.create(input)),
    createOnce: write
      .input(z.strictObject({ text: z.string(), once: z.string() }))
      .mutation(({ input: { text, once } }) => notes.create({ text }, { once })),
    getById: read.input(id).query(({ input }) => notes.getById(input.id, { consistent: true })),
    update: write
      .input(id.extend({ text: z.string() }))
      .mutation(({ input }) => notes.update(input.id, { text: input.text })),
    delete: write.input(id).mutation(({ input }) => notes.delete(input.id)),
    batchDelete: write.input(z.array(z.string())).mutation(({ input }) => notes.batchDelete(input)),
    list: read.query(() => notes.query({ index: 'GSI1', pk: 'NOTE' })),
    count: read.query(() => notes.count({ index: 'GSI1', pk: 'NOTE' })),
  });
}

/** Starts an API with organisations and a generated entity, with a role. */
async function startApi(engine: EnforcedEngine, tableName: string, principal = 'api') {
  const issuer = await localIssuer();
  const table = { client: engine.client(principal), tableName };
  const ownRouter = router({ organisations: organisationsRouter, notes: notesRouter(new NoteModel(table)) });
  const app = buildApp({
    router: ownRouter,
    access: { organisations: organisationRoles },
    authenticate: jwtAuthentication(issuer),
    logger: silent,
    audit: auditTrail({ serviceName: 'iam', write: () => {} }),
    table,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const clientOf = async (sub: string) => {
    const scope = 'organisations:admin notes:admin';
    const token = await issuer.token({ sub, scope, email: `${sub}@example.com`, email_verified: true });
    const headers = { authorization: `Bearer ${token}` };
    return createTRPCClient<typeof ownRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
  };
  return { clientOf, stop: () => app.close() };
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as never;

type Client = Awaited<ReturnType<Awaited<ReturnType<typeof startApi>>['clientOf']>>;

/** The actors of the steps. */
interface Organisation {
  readonly organisationId: string;
  readonly admin: Client;
  readonly guest: Client;
  readonly guestEmail: string;
}

const join = async ({ organisationId, admin, guest, guestEmail }: Organisation) => {
  const { token } = await admin.organisations.invite.mutate({ organisationId, email: guestEmail, role: 'viewer' });
  return guest.organisations.accept.mutate({ token });
};

/** A step for each procedure of `organisationsRouter`, in an order in which each succeeds. */
const organisationSteps: Readonly<Record<string, (organisation: Organisation) => Promise<unknown>>> = {
  'organisations.create': ({ admin }) => admin.organisations.create.mutate({ name: 'Second' }),
  'organisations.list': ({ admin }) => admin.organisations.list.query(),
  'organisations.invite': ({ admin, organisationId }) =>
    admin.organisations.invite.mutate({ organisationId, email: 'other@example.com', role: 'member' }),
  'organisations.invitations': ({ admin, organisationId }) => admin.organisations.invitations.query({ organisationId }),
  'organisations.revokeInvitation': async ({ admin, organisationId }) => {
    const { items } = await admin.organisations.invitations.query({ organisationId });
    await admin.organisations.revokeInvitation.mutate({ organisationId, id: items[0]?.id ?? '' });
  },
  'organisations.accept': join,
  'organisations.members': ({ guest, organisationId }) => guest.organisations.members.query({ organisationId }),
  'organisations.setRole': async ({ admin, organisationId }) => {
    const { items } = await admin.organisations.members.query({ organisationId });
    const viewer = items.find(({ role }) => role === 'viewer');
    await admin.organisations.setRole.mutate({ organisationId, id: viewer?.id ?? '', role: 'member' });
  },
  'organisations.leave': ({ guest, organisationId }) => guest.organisations.leave.mutate({ organisationId }),
  'organisations.removeMember': async (organisation) => {
    const { id } = await join(organisation);
    const { admin, organisationId } = organisation;
    await admin.organisations.removeMember.mutate({ organisationId, id });
  },
  'organisations.addServiceAccount': ({ admin, organisationId }) =>
    admin.organisations.addServiceAccount.mutate({
      ...{ organisationId, issuer: 'https://issuer.example.com/', subject: 'robot', name: 'Robot', role: 'viewer' },
    }),
};

/** The procedures of organisations that have a step. */
export const organisationProcedures: readonly string[] = Object.keys(organisationSteps);

/** A step for each procedure of a generated entity. */
const noteSteps: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  'notes.create': async ({ notes }) => {
    await notes.create.mutate({ text: 'a' });
    await notes.createOnce.mutate({ text: 'a', once: 'key' });
    await notes.createOnce.mutate({ text: 'a', once: 'key' });
  },
  'notes.update': async ({ notes }) => {
    const { id } = await notes.create.mutate({ text: 'a' });
    await notes.update.mutate({ id, text: 'b' });
  },
  'notes.delete': async ({ notes }) => {
    const { id } = await notes.create.mutate({ text: 'a' });
    await notes.delete.mutate({ id });
  },
  'notes.batchDelete': async ({ notes }) => {
    const created = await Promise.all(['a', 'b', 'c'].map((text) => notes.create.mutate({ text })));
    await notes.batchDelete.mutate(created.map(({ id }) => id));
  },
  'notes.getById': ({ notes }) => notes.getById.query({ id: 'unknown' }),
  'notes.list': ({ notes }) => notes.list.query(),
  'notes.count': ({ notes }) => notes.count.query(),
};

/** Starts an API with organisations and a generated entity. Returns a step for each procedure, by its path, in order. */
export async function organisationsScenario(engine: EnforcedEngine, tableName: string, principal = 'api') {
  const { clientOf, stop } = await startApi(engine, tableName, principal);
  const admin = await clientOf('admin');
  const guest = await clientOf('guest');
  const { id } = await admin.organisations.create.mutate({ name: 'Acme' });
  const organisation = { organisationId: id, admin, guest, guestEmail: 'guest@example.com' };
  const steps: Record<string, () => Promise<unknown>> = {};
  for (const [name, step] of Object.entries(organisationSteps)) steps[name] = () => step(organisation);
  for (const [name, step] of Object.entries(noteSteps)) steps[name] = () => step(admin);
  return { steps, stop };
}
