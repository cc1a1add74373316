import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LanguageServer, languageServer } from './language-server.js';

describe('an editor', () => {
  let server: LanguageServer;
  beforeAll(async () => {
    server = await languageServer();
  });
  afterAll(() => server?.stop());

  it.each([
    { line: 'api.users.create.mutate({', word: 'create', lands: 'create: procedure' },
    { line: 'api.users.getById.query({', word: 'getById', lands: 'getById: loadingProcedure' },
    { line: 'api.users.batchDelete.mutate({', word: 'batchDelete', lands: 'batchDelete: procedure' },
  ])('goes from the call $line to its procedure', async ({ line, word, lands }) => {
    expect(await server.definitions('apps/client/demo/walkthrough.ts', { line, word })).toEqual([
      `apps/api/src/trpc/users-router.ts: ${lands}`,
    ]);
  });
});
