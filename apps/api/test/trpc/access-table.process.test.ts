import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessTable } from '../../src/trpc/access-table.js';
import { appRouter } from '../../src/trpc/router.js';
import { cellsOf, differences } from '../access-cells.js';
import { IssueModel, type IssuesApi, type IssuesClient, issuesApi, issuesRouter } from '../issues-api.js';
import { errorOf } from '../running-api.js';

describe('the table of permissions', () => {
  const intro = `# Permissions

The permission and the role that each procedure needs. \`pnpm --filter @aws-starter-kit/api permissions\` generates this
table from the router. The [reference](reference.md#permissions) has the rules.

A column names a role of the caller: in the scope of the call (own), or in another scope (other). A cell says \`yes\`, or
names what the caller lacks: the permission of the token, a membership, or a higher role.
`;

  it('is generated from the router', async () => {
    await expect(`${intro}\n${accessTable(appRouter)}`).toMatchFileSnapshot('../../docs/permissions.md');
  });

  it.each([
    ['the API', appRouter],
    ['issues', issuesRouter],
  ])('follows the rules for %s', (_, router) => {
    expect(differences(accessTable(router), cellsOf(router))).toEqual([]);
  });

  it('shows where a rule is broken', () => {
    const table = accessTable(issuesRouter).replace(/(`issues.delete`.*?)yes/, '$1role');
    expect(differences(table, cellsOf(issuesRouter))).toEqual(['issues.delete, own: admin is role in place of yes']);
  });
});

describe('each cell of the table of permissions of issues', () => {
  let api: IssuesApi;
  beforeAll(async () => {
    api = await issuesApi();
  });
  afterAll(() => api.stop());

  const calls: Record<
    string,
    (client: IssuesClient, issue: { organisationId: string; id: string }) => Promise<unknown>
  > = {
    'issues.list': ({ issues }, { organisationId }) => issues.list.query({ organisationId }),
    'issues.getById': ({ issues }, issue) => issues.getById.query(issue),
    'issues.create': ({ issues }, { organisationId }) => issues.create.mutate({ organisationId, title: 'New' }),
    'issues.update': ({ issues }, issue) => issues.update.mutate({ ...issue, title: 'Changed' }),
    'issues.delete': ({ issues }, issue) => issues.delete.mutate(issue),
  };

  it('has a call that tests it', () => {
    expect(Object.keys(calls)).toEqual(Object.keys(issuesRouter._def.procedures));
  });

  it.each(cellsOf(issuesRouter))(
    '$path by $scope: $caller is $expected',
    async ({ path, needs, scope, caller, expected }) => {
      const [own, other, subject] = ['own', 'other', 'ada'].map((name) => `${name}-${crypto.randomUUID()}`) as [
        string,
        string,
        string,
      ];
      const stored = await Promise.all(
        [own, other].map((organisationId) => new IssueModel(api.table).create({ organisationId, title: 'Old' })),
      );
      const [mine, theirs] = stored.map(({ organisationId, id }) => ({ organisationId, id }));
      if (!mine || !theirs) throw new Error('There are two issues');
      api.memberships.set(subject, { [own]: caller === 'no permission' ? 'admin' : caller });
      const client = await api.clientOf(subject, { scope: caller === 'no permission' ? 'users:admin' : needs });
      const call = calls[path]?.(client, scope === 'own' ? mine : theirs) ?? expect.unreachable(path);
      if (expected === 'allowed') await call;
      else expect(await errorOf(call)).toMatchObject({ code: 'FORBIDDEN', reason: expected });
      if (scope === 'own' && expected === 'allowed' && path !== 'issues.list' && path !== 'issues.create') {
        // the issue of another organisation, by the caller's own
        const foreign = calls[path]?.(client, { ...mine, id: theirs.id });
        expect(await errorOf(foreign ?? expect.unreachable())).toMatchObject({ code: 'NOT_FOUND' });
      }
      const left = await new IssueModel(api.table).getById(theirs.id, { consistent: true });
      expect(left).toEqual(stored[1]); // whatever the role
    },
  );
});
