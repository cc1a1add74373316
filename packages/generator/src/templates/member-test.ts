import type { Entity } from '../entity.js';
import { uniqueFields } from './vocabulary.js';

interface MemberTest {
  /** The name, the level and the call of each procedure. */
  rows: readonly (readonly (string | undefined)[])[];
  /** The fields of a new entity. */
  given: readonly string[];
}

/** The tests of each procedure by each role, in the own organisation and in another one. */
export function memberTest(entity: Entity, { rows, given }: MemberTest): string {
  const { one, many } = entity;
  return `
describe('members of an organisation', () => {
  let api: RunningApi;
  let [own, other] = ['', ''];
  let foreign: Awaited<ReturnType<${many.pascal}['getById']['query']>>;
  beforeAll(async () => {
    api = await runningApi();
    ({ id: own } = await api.client.organisations.create.mutate({ name: 'Own' }));
    ({ id: other } = await api.client.organisations.create.mutate({ name: 'Other' }));
    foreign = await api.client.${many.camel}.create.mutate(new${one.pascal}(other));
  });
  afterAll(() => api.stop());

  type ${many.pascal} = RunningApi['client']['${many.camel}'];
${uniqueFields(entity).length > 0 ? '  let count = 0;' : ''}
  const new${one.pascal} = (organisationId: string) => ({ ${given.join(', ')} });

  const calls: Record<string, (${many.camel}: ${many.pascal}, organisationId: string, id: string) => Promise<unknown>> = {
    ${rows.map(([name = '', , call = '']) => `'${many.camel}.${name}': (${many.camel}, organisationId${/\bid\b/.test(call) ? ', id' : ''}) => ${many.camel}.${name}${call}`).join(',\n    ')},
  };

  it.each(cellsOf(appRouter).filter(({ path }) => path in calls))('$path by $scope: $caller is $expected', async ({ path, needs, scope, caller, expected }) => {
    const subject = crypto.randomUUID();
    const role = caller === 'no permission' ? 'admin' : caller;
    const account = { organisationId: own, issuer: issuerName, subject, name: 'Somebody', role };
    await api.client.organisations.addServiceAccount.mutate(account);
    const headers = await headersOf({ sub: subject, scope: caller === 'no permission' ? 'users:admin' : needs });
    const { ${many.camel} } = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: \`\${api.url}/trpc\`, headers })] });
    const outcome = await calls[path]?.(${many.camel}, scope === 'own' ? own : other, foreign.id).then(
      () => 'allowed',
      async (error: unknown) => {
        const { code, reason } = await errorOf(Promise.reject(error));
        return code === 'NOT_FOUND' ? 'allowed' : reason; // the ${one.words} belongs to the other organisation
      },
    );
    expect(outcome).toBe(expected);
  });

  it('change nothing in another one', async () => {
    const { items } = await api.client.${many.camel}.list.query({ organisationId: other });
    expect(items).toEqual([foreign]);
  });
});
`;
}
