import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { accessTable, jwtAuthentication } from '@aws-starter-kit/api/app';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { localIssuer } from '@aws-starter-kit/local-api';
import { changeFeed } from '@aws-starter-kit/streams';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOf } from '../../../apps/api/test/access-cells.js';
import { setRole, setStatus } from '../src/actions.js';
import { ticketingApi, ticketingRouter } from '../src/api.js';
import { type Ticketing, ticketing } from '../src/ticketing.js';
import { connect, newIssue, newMember, type Sample, sample } from './sample.js';

type Client = TRPCClient<typeof ticketingRouter>;
type Issue = { organisationId: string; id: string };

let db: Ticketing;
let [acme, other] = [] as unknown as [Sample, Sample];
let url: string;
let app: ReturnType<typeof ticketingApi>;
const issuer = await localIssuer();
beforeAll(async () => {
  const [client, tableName] = [connect(), `ticketing-${crypto.randomUUID()}`];
  await ensureTable({ client, tableName, indexes: 3, stream: true });
  db = ticketing({ client, tableName });
  [acme, other] = [await sample(db), await sample(db)];
  app = ticketingApi({
    authenticate: jwtAuthentication(issuer),
    table: { client, tableName },
    live: changeFeed({ models: { issues: db.issues }, client, tableName, pollMs: 20 }),
    logger: new Logger({ logLevel: 'SILENT' }),
    audit: { call: () => {}, rejection: () => {} },
  });
  url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/trpc`;
});
afterAll(() => app.close());

async function clientOf(email: string, scope = 'issues:admin audit:admin'): Promise<Client> {
  const headers = { authorization: `Bearer ${await issuer.token({ sub: email, email, email_verified: true, scope })}` };
  return createTRPCClient({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: {
            fetch: (to, init) => fetch(to, { ...(init as RequestInit), headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpBatchLink({ url, headers }),
      }),
    ],
  });
}

/** Subscribes to the issues of an organisation, until `isEnough`. */
const changesOf = ({ issues }: Client, organisationId: string, isEnough: (changes: string[]) => boolean) =>
  new Promise<string[]>((resolve, reject) => {
    const changes: string[] = [];
    const subscription = issues.changes.subscribe(
      { organisationId },
      {
        onData: ({ data }) => {
          changes.push(data.type === 'reset' ? 'reset' : `${data.type} ${data.id}`);
          if (isEnough(changes)) subscription.unsubscribe();
        },
        onError: reject,
        onComplete: () => resolve(changes),
      },
    );
  });

const calls: Record<string, (client: Client, issue: Issue) => Promise<unknown>> = {
  'issues.changes': (client, { organisationId }) => changesOf(client, organisationId, () => true),
  'issues.getById': ({ issues }, issue) => issues.getById.query(issue),
  'issues.rename': ({ issues }, issue) => issues.rename.mutate({ ...issue, title: 'Renamed' }),
  'audit.ofIssue': ({ audit }, issue) => audit.ofIssue.query(issue),
};
const issueIn = async (organisation: Sample) => ({
  organisationId: organisation.orgId,
  id: (await newIssue(db, organisation)).id,
});

describe('the API', () => {
  it('shows members only the issues of their organisation', async () => {
    const { issues, audit } = await clientOf(acme.admin.email);
    const [mine, theirs] = [await issueIn(acme), await issueIn(other)];
    expect(await issues.rename.mutate({ ...mine, title: 'Renamed' })).toMatchObject({ title: 'Renamed' });
    expect(await issues.getById.query({ ...mine, id: theirs.id })).toBeNull();
    expect(await issues.rename.mutate({ ...mine, id: theirs.id, title: 'Mine' })).toBeNull();
    await setStatus(
      db,
      other.admin,
      await db.issues.getById(theirs.id).then((issue) => issue ?? expect.unreachable()),
      'closed',
    );
    expect((await audit.ofIssue.query({ ...mine, id: theirs.id })).items).toEqual([]);
    await expect(issues.getById.query(theirs)).rejects.toMatchObject({ data: { reason: 'NOT_A_MEMBER' } });
  });

  it('sends members the changes of the issues of their organisation only', async () => {
    const client = await clientOf(acme.admin.email);
    let [mine, theirs] = [] as unknown as [Issue, Issue];
    const seen = await changesOf(client, acme.orgId, (changes) => {
      if (changes.length > 1) return true;
      void (async () => {
        theirs = await issueIn(other);
        mine = await issueIn(acme);
      })();
      return false;
    });
    expect(theirs.id).toBeDefined();
    expect(seen).toEqual(['reset', `created ${mine.id}`]);
  });

  const cells = cellsOf(ticketingRouter).filter(({ caller }) => caller !== 'viewer'); // this example has no viewers
  it.each(cells)('$path by $scope: $caller is $expected', async ({ path, needs, scope, caller, expected }) => {
    const member = await newMember(db, acme.admin);
    if (caller !== 'member') await setRole(db, acme.admin, member, 'admin');
    const client = await clientOf(member.email, caller === 'no permission' ? '' : needs);
    const call = calls[path]?.(client, await issueIn(scope === 'own' ? acme : other)) ?? expect.unreachable(path);
    if (expected === 'allowed') await call;
    else await expect(call).rejects.toMatchObject({ data: { code: 'FORBIDDEN', reason: expected } });
  });

  it('has the code and the table of the README', () => {
    const at = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const readme = at('../README.md');
    const [, section = ''] = readme.split('## API\n');
    const [, block = ''] = /```ts\n(.*?)```/s.exec(section) ?? [];
    expect(at('../src/api.ts').endsWith(block)).toBe(true);
    expect(block).toContain('scopedProcedure');
    const [, ...table] = accessTable(ticketingRouter).split('\n\n');
    expect(section).toContain(table.join('\n\n').trim());
  });
});
