import { appRouter } from '@aws-starter-kit/api/router';
import { Validator } from '@seriousme/openapi-schema-validator';
import { initTRPC } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../src/index.js';

const describeRouter = (router: Parameters<typeof openApiDocument>[0]['router']) =>
  JSON.parse(JSON.stringify(openApiDocument({ router, version: '1.2.3' })));
const document = describeRouter(appRouter);

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect((await new Validator().validate({ ...document, paths: { users: {} } })).valid).toBe(false);
  });

  it('has every query and mutation, with one operation, a permission and all errors', () => {
    const paths = Object.keys(appRouter._def.procedures)
      .filter((path) => path !== 'users.changes') // a subscription
      .map((path) => `/trpc/${path}`);
    expect(Object.keys(document.paths)).toEqual(paths);
    for (const path of Object.values<Record<string, { description: string; responses: object }>>(document.paths)) {
      const [operation, ...others] = Object.values(path);
      expect(others).toEqual([]);
      expect(operation?.description).toMatch(/^Needs the permission `\w+:\w+`/);
      const statuses = Object.keys(operation?.responses ?? {}).filter((status) => !['409', '422'].includes(status));
      expect(statuses).toEqual(['200', '400', '401', '403', '404', '408', '413', '415', '429', '500', '503']);
    }
  });

  it('offers an idempotency key for mutations whose retry would change something', () => {
    const taking = Object.entries<{ post?: { parameters?: { name: string; in: string }[] } }>(document.paths)
      .filter(([, { post }]) => post?.parameters?.some((one) => one.name === 'Idempotency-Key' && one.in === 'header'))
      .map(([path]) => path)
      .filter((path) => path.startsWith('/trpc/users.'));
    expect(taking).toEqual(['/trpc/users.create', '/trpc/users.update', '/trpc/users.delete']);
  });

  it('keeps inputs out of URLs: only a procedure without input is a GET', () => {
    expect(Object.keys(document.paths['/trpc/users.getByEmail'])).toEqual(['post']);
    expect(Object.keys(document.paths['/trpc/users.count'])).toEqual(['get']);
    expect(document.paths['/trpc/users.count'].get.requestBody).toBeUndefined();
    expect(JSON.stringify(document)).not.toContain('"in":"query"');
  });

  it('has the schemas of inputs, outputs and errors', () => {
    const { post } = document.paths['/trpc/users.create'];
    expect(post.operationId).toBe('usersCreate');
    expect(post.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { required: ['email', 'name'], additionalProperties: false } } },
    });
    expect(document.paths['/trpc/users.list'].post.requestBody.required).toBe(false);
    const { result } = post.responses[200].content['application/json'].schema.properties;
    expect(result.properties.data).toEqual({ $ref: '#/components/schemas/User' });
    expect(document.components.schemas.User.required).toEqual(['id', 'email', 'name', 'createdAt', 'version']);
    expect(document.components.schemas.User.properties.name).toEqual({ type: 'string' }); // without a default
    expect(document.components.schemas.ConflictError.properties.error.properties.data.properties).toMatchObject({
      code: { const: 'CONFLICT' },
      httpStatus: { const: 409 },
      reason: { enum: expect.arrayContaining(['EMAIL_TAKEN', 'VERSION_CONFLICT', 'LAST_ADMIN', 'ALREADY_MEMBER']) },
      field: { type: 'string' },
    });
  });

  it('has one schema of the filter of all lists of an entity', () => {
    const t = initTRPC.create();
    const filter = z.strictObject({
      price: z.union([z.number(), z.strictObject({ gte: z.exactOptional(z.number()) })]),
    });
    const input = z.strictObject({ limit: z.int().default(20), filter: filter.optional() });
    const list = (input: z.ZodType) =>
      t.procedure
        .input(input)
        .output(z.array(z.string()))
        .query(() => []);
    const products = t.router({ list: list(input.prefault({})), listBySku: list(input.extend({ sku: z.string() })) });
    const { paths, components } = describeRouter(t.router({ products }));
    expect(components.schemas.ProductFilter).toMatchObject({
      properties: { price: { anyOf: [{ type: 'number' }, { properties: { gte: { type: 'number' } } }] } },
    });
    for (const path of ['/trpc/products.list', '/trpc/products.listBySku']) {
      const { schema } = paths[path].post.requestBody.content['application/json'];
      expect(schema.properties.filter).toEqual({ $ref: '#/components/schemas/ProductFilter' });
    }
  });

  it('has no pattern that only JavaScript supports', () => {
    expect(JSON.stringify(document)).not.toMatch(/"pattern":"[^"]*(\\\\[pP]\{|\(\?[=!<])/);
  });

  it('names the output of getById, wherever it appears', () => {
    const t = initTRPC.create();
    const category = z.object({ id: z.string() });
    const router = t.router({
      categories: {
        getById: t.procedure.output(category).query(() => ({ id: '1' })),
        list: t.procedure.output(z.array(category)).query(() => []),
      },
    });
    const { paths, components } = describeRouter(router);
    expect(paths['/trpc/categories.list'].get.responses[200].content['application/json'].schema).toMatchObject({
      properties: { result: { properties: { data: { items: { $ref: '#/components/schemas/Category' } } } } },
    });
    expect(components.schemas.Category).toMatchObject({ properties: { id: { type: 'string' } } });
  });

  it.each([
    ['movies', 'Movie'],
    ['orderItems', 'OrderItem'],
    ['addresses', 'Address'],
    ['people', 'Person'],
    ['statuses', 'Status'],
    ['analyses', 'Analysis'],
    ['series', 'Series'],
    ['news', 'News'],
  ])('names the entity of %s %s', (tag, name) => {
    const t = initTRPC.create();
    const getById = t.procedure.output(z.object({ id: z.string() })).query(() => ({ id: '1' }));
    const { components } = describeRouter(t.router({ [tag]: t.router({ getById }) }));
    expect(components.schemas).toHaveProperty(name);
  });

  it('rejects a procedure that it cannot describe, by name', () => {
    const t = initTRPC.create();
    const router = t.router({ odd: t.procedure.query(() => 1) });
    expect(() => describeRouter(router)).toThrow(/^Procedure odd cannot be described \(output: /);
  });
});
