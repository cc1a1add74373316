import { afterAll, expect, it } from 'vitest';
import { buildApp } from '../../src/app.js';
import { addDevPages } from '../../src/http/dev-page.js';
import { capturedLogger } from '../captured-logger.js';

const { logger } = capturedLogger();
const app = buildApp({ logger });
addDevPages(app);
afterAll(() => app.close());

it('shows what runs here, with links that work', async () => {
  const { statusCode, headers, body } = await app.inject('/');
  expect({ statusCode, type: headers['content-type'] }).toEqual({ statusCode: 200, type: 'text/html; charset=utf-8' });
  const links = [...body.matchAll(/href="(.*?)"/g)].map(([, path = '']) => path);
  expect(links).toEqual(['/docs', '/openapi.json', '/livez', '/readyz']);
  for (const path of links.slice(0, 3))
    expect({ path, statusCode: (await app.inject(path)).statusCode }).toEqual({ path, statusCode: 200 });
});

it('shows the OpenAPI document in a viewer that loads nothing from elsewhere', async () => {
  const { headers, body } = await app.inject('/docs');
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  const files = [...body.matchAll(/(?:src|href)="(.*?)"/g)].map(([, path = '']) => path);
  expect(files).toHaveLength(3);
  for (const path of files) expect((await app.inject(path)).statusCode).toBe(200);
  expect((await app.inject('/docs/swagger-ui.js')).body).toContain('SwaggerUIBundle');

  const document = (await app.inject({ url: '/openapi.json', headers: { host: 'localhost:4711' } })).json();
  expect(document.paths).toHaveProperty('/trpc/users.create');
});

it('is absent unless it is added', async () => {
  const other = buildApp({ logger });
  expect((await other.inject('/')).statusCode).toBe(404);
  await other.close();
});
