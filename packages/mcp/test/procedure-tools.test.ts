import { organisationsRouter } from '@aws-starter-kit/api/organisations';
import { appRouter } from '@aws-starter-kit/api/router';
import { type AnyTRPCRouter, initTRPC } from '@trpc/server';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ticketingRouter } from '../../../examples/ticketing/src/api.js';
import { procedureTools } from '../src/index.js';
import { toolNames } from './tool-names.js';

const t = initTRPC.meta<{ description?: string; isIdempotent?: boolean }>().create();
const { procedure } = t;
const definitionsOf = (router: AnyTRPCRouter) =>
  Object.fromEntries(
    [...procedureTools(router)].map(([name, { definition }]) => [
      name,
      { ...definition, outputSchema: Object(definition.outputSchema) },
    ]),
  );

describe.each<[string, AnyTRPCRouter]>([
  ['appRouter, with generated entities if there are any', appRouter],
  ['the router of organisations', t.router({ organisations: organisationsRouter })],
  ['the router of an example, without output schemas', ticketingRouter],
])('%s', (_, router) => {
  const definitions = definitionsOf(router);

  it('has each procedure as a tool, except subscriptions, under a name that all clients accept', () => {
    expect(Object.keys(definitions)).toEqual(toolNames(router, ['query', 'mutation']));
    for (const name of Object.keys(definitions)) expect(name).toMatch(/^[\w-]{1,64}$/);
  });

  it('has schemas of objects, valid under JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({
      strict: true,
      strictRequired: false,
      formats: { email: true, 'date-time': true, date: true },
    });
    for (const { name, inputSchema, outputSchema } of Object.values(definitions)) {
      for (const schema of [inputSchema, outputSchema]) {
        expect(ajv.validateSchema(Object(schema)), name).toBe(true);
        expect(() => ajv.compile(Object(schema)), name).not.toThrow();
      }
    }
  });

  it('says which tools only read', () => {
    const reading = Object.values(definitions).filter(({ annotations }) => annotations?.readOnlyHint);
    expect(reading.map(({ name }) => name)).toEqual(toolNames(router, ['query']));
  });
});

describe('a tool', () => {
  const users = definitionsOf(appRouter);

  it('has a title, the permission that it needs, and how to read on', () => {
    expect(users.users_getById).toMatchObject({
      title: 'Users: get by id',
      description: 'Needs the permission `users:read`, unless `id` names the user of the caller. Reads only.',
    });
    expect(users.users_list?.description).toContain('its `nextCursor`, if there is one, is the `cursor`');
    const described = procedure.meta({ description: 'Adds one.' }).query(() => 1);
    expect(definitionsOf(t.router({ described })).described?.description).toMatch(/^Adds one\. /);
  });

  it('has the limits of the input', () => {
    expect(users.users_list?.inputSchema).toMatchObject({
      properties: { limit: { minimum: 1, maximum: 100, default: 20 } },
      additionalProperties: false,
    });
  });

  it('takes the idempotency key of a mutation whose retry would change something', () => {
    const taking = Object.values(users).filter(({ inputSchema }) => 'idempotencyKey' in Object(inputSchema.properties));
    const usersOnly = taking.map(({ name }) => name).filter((name) => name.startsWith('users_'));
    expect(usersOnly).toEqual(['users_create', 'users_update', 'users_delete']);
    const input = z.strictObject({ idempotencyKey: z.int() }); // its own comes first
    const { own } = definitionsOf(t.router({ own: procedure.input(input).mutation(() => 1) }));
    expect(own?.inputSchema.properties).toEqual({ idempotencyKey: expect.objectContaining({ type: 'integer' }) });
  });

  it.each([
    ['users_getById', { readOnlyHint: true, destructiveHint: false, idempotentHint: true }],
    ['users_create', { readOnlyHint: false, destructiveHint: false, idempotentHint: false }],
    ['users_update', { readOnlyHint: false, destructiveHint: true, idempotentHint: false }],
    ['users_delete', { readOnlyHint: false, destructiveHint: true, idempotentHint: false }],
    ['users_batchDelete', { readOnlyHint: false, destructiveHint: true, idempotentHint: true }],
  ])('%s says what it does', (name, hints) => {
    expect(users[name]?.annotations).toEqual({ ...hints, openWorldHint: false });
  });

  it('accepts any value where JSON Schema has no type', () => {
    const output = z.object({ at: z.date() });
    const { now } = definitionsOf(t.router({ now: procedure.output(output).query(() => ({ at: new Date() })) }));
    expect(now?.outputSchema).toMatchObject({ type: 'object', properties: { at: {} } });
  });

  it('wraps schemas that are not objects, including recursive ones', () => {
    const tree = z.object({
      get children() {
        return z.array(tree);
      },
    });
    const router = t.router({
      sum: procedure
        .input(z.array(z.number()))
        .output(z.array(tree))
        .query(() => []),
    });
    const ajv = new Ajv2020();
    const { sum } = definitionsOf(router);
    expect(ajv.validate(Object(sum?.inputSchema), { input: [1] })).toBe(true);
    expect(ajv.validate(Object(sum?.inputSchema), { input: ['1'] })).toBe(false);
    expect(ajv.validate(Object(sum?.outputSchema), { result: [{ children: [{ children: [] }] }] })).toBe(true);
    expect(ajv.validate(Object(sum?.outputSchema), { result: [{ children: [{}] }] })).toBe(false);
  });
});

describe('a selection', () => {
  const count = procedure.query(() => 1);
  const router = t.router({ users: { count }, orders: { count, list: count }, ordersOld: { count } });

  it.each([
    [['orders.*'], ['orders_count', 'orders_list']],
    [['*.count'], ['users_count', 'orders_count', 'ordersOld_count']],
    [
      ['users.count', 'orders.list'],
      ['users_count', 'orders_list'],
    ],
  ])('%j is of these tools', (only, names) => {
    expect([...procedureTools(router, only).keys()]).toEqual(names);
  });

  it('is rejected if it matches nothing', () => {
    expect(() => procedureTools(router, ['orders.*', 'order.*'])).toThrow(
      'No procedure matches order.*: name some as in users.*, orders.*, ordersOld.*',
    );
    expect(() => procedureTools(router, ['users_count'])).toThrow('No procedure matches');
  });

  it('is rejected if two tools would have one name, or one a name that is too long', () => {
    const clash = t.router({ a: { b_c: count }, a_b: { c: count } });
    expect(() => procedureTools(clash)).toThrow('a.b_c and a_b.c would both be the tool a_b_c: rename one');
    expect(() => procedureTools(t.router({ ['x'.repeat(65)]: count }))).toThrow('has more than 64 characters');
  });
});
