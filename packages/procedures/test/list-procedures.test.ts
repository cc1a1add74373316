import { initTRPC } from '@trpc/server';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { listProcedures, listSubscriptions } from '../src/index.js';

const { procedure, router } = initTRPC.meta<{ needs?: string; within?: string }>().create();
const input = z.object({ organisationId: z.string() });
const issues = router({
  list: procedure
    .meta({ needs: 'issues:read', within: 'organisationId' })
    .input(input)
    .output(z.array(z.string()))
    .query(() => []),
  clear: procedure
    .meta({ needs: 'issues:admin' })
    .input(z.void())
    .mutation(() => {}),
  merge: procedure
    .input(input)
    .input(z.object({ id: z.string() }))
    .mutation(() => {}),
  changes: procedure
    .meta({ needs: 'issues:read', within: 'organisationId' })
    .input(input)
    .subscription(async function* () {
      yield 'reset';
    }),
});

it('names the scope, the permission and the key of a procedure', () => {
  const problems: string[] = [];
  const found = listProcedures(router({ issues }), {
    defaultOutput: z.unknown(),
    onProblem: (text) => problems.push(text),
  });
  expect(found.map(({ path, tag, needs, within, takesKey }) => ({ path, tag, needs, within, takesKey }))).toEqual([
    { path: 'issues.list', tag: 'issues', needs: 'issues:read', within: 'organisationId', takesKey: false },
    { path: 'issues.clear', tag: 'issues', needs: 'issues:admin', within: undefined, takesKey: true },
  ]);
  expect(problems).toEqual(['Procedure issues.merge cannot be described (inputs: one input schema)']);
});

it('throws for a procedure that cannot be described, unless it may be left out', () => {
  expect(() => listProcedures(router({ issues }))).toThrow('Procedure issues.clear cannot be described');
});

it('lists subscriptions apart', () => {
  expect(listSubscriptions(router({ issues }))).toEqual([
    { path: 'issues.changes', tag: 'issues', needs: 'issues:read', within: 'organisationId', input },
  ]);
});
