import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.js';
import { EnvError } from '../../src/env.js';
import { capturedLogger } from '../captured-logger.js';
import { builtFolder, builtPage, builtScript, consoleApp } from './console-app.js';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

it.each(['/console/', '/console/e/users', '/console/e/users?list=users.list&f.a=1.5', '/console/metrics'])(
  'answers %s with the page, under a policy without inline code',
  async (url) => {
    const { statusCode, headers, body } = await consoleApp().app.inject(url);
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: builtPage });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  },
);

it('has the views of ids with dots, for a browser that asks for a page', async () => {
  const { app } = consoleApp();
  const url = '/console/e/users/ada@example.com';
  expect((await app.inject({ url, headers: { accept: 'text/html,*/*' } })).body).toBe(builtPage);
  expect((await app.inject({ url, headers: { accept: 'image/*' } })).statusCode).toBe(404);
});

it('leads from /console to the page', async () => {
  const { statusCode, headers } = await consoleApp().app.inject('/console');
  expect([statusCode, headers.location]).toEqual([302, '/console/']);
});

it('lets browsers keep assets for a year, and asks them to look whether a page is new', async () => {
  const { app } = consoleApp();
  const asset = await app.inject('/console/assets/index-3f.js');
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
  const { etag } = (await app.inject('/console/')).headers;
  const again = await app.inject({ url: '/console/', headers: { 'if-none-match': String(etag) } });
  expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', 'no-cache']);
});

it.each([
  ['br', 'gzip, deflate, br', (bytes: Buffer) => brotliDecompressSync(bytes)],
  ['gzip', 'gzip, br;q=0', (bytes: Buffer) => gunzipSync(bytes)],
  [undefined, '', (bytes: Buffer) => bytes],
])('compresses in %s for a browser that accepts %s', async (encoding, accepted, decompress) => {
  const { app } = consoleApp();
  const { headers, rawPayload } = await app.inject({
    url: '/console/assets/index-3f.js',
    headers: { 'accept-encoding': accepted },
  });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toBe('accept-encoding');
  expect(decompress(rawPayload).toString()).toBe(builtScript);
});

it('sends the files that the build has compressed', async () => {
  const folder = builtFolder();
  writeFileSync(path.join(folder, 'assets/index-3f.js.br'), 'compressed');
  const { app } = consoleApp({ variables: { CONSOLE: folder } });
  const headers = { 'accept-encoding': 'br' };
  expect((await app.inject({ url: '/console/assets/index-3f.js', headers })).body).toBe('compressed');
});

it.each([
  '/console/../package.json',
  '/console/assets/../../package.json',
  '/console/%2e%2e/%2e%2e/etc/passwd',
  '/console/assets/..%2f..%2fpackage.json',
  '/console/.env',
  '/console/assets/%2e%2e/.env',
  '/console//etc/passwd.txt',
  '/console/assets/missing.js',
  '/console/assets',
  '/console/api/missing',
  '/console/api/',
])('finds nothing at %s', async (url) => {
  const { app } = consoleApp();
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const { hostname, port } = new URL(address);
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    request({ hostname, port, path: url }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
  expect(body).not.toContain('SECRET');
  // a path of the console that names no file is a view; it never has another file's content
  if (status === 200) expect(body).toBe(builtPage);
  else expect(JSON.parse(body)).toMatchObject({ error: { data: { httpStatus: 404, code: 'NOT_FOUND' } } });
});

it('sends a new build without a restart', async () => {
  const folder = builtFolder();
  const { app } = consoleApp({ variables: { CONSOLE: folder } });
  await app.inject('/console/');
  writeFileSync(path.join(folder, 'index.html'), `${builtPage}<p>new`);
  expect((await app.inject('/console/')).body).toBe(`${builtPage}<p>new`);
});

it('names the variable and the command if there are no built files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'empty-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const start = () => consoleApp({ variables: { CONSOLE: folder } });
  expect(start).toThrow(EnvError);
  expect(start).toThrow(`CONSOLE holds "${folder}", but ${folder} has no index.html: run \`pnpm build\``);
});

it('waits for the files that `pnpm dev` builds beside it, in a folder of its own', async () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'console-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = path.join(parent, '.dev', '3000');
  const { app } = consoleApp({ variables: { CONSOLE: folder } });
  const before = await app.inject('/console/');
  expect(before.statusCode).toBe(503);
  expect(before.body).toContain('The console is being built');
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'index.html'), builtPage);
  expect((await app.inject('/console/')).body).toBe(builtPage);
});

it('closes no connection after a file of less than 256 KB', async () => {
  expect((await consoleApp().app.inject('/console/assets/index-3f.js')).headers.connection).not.toBe('close');
});

it('is not there unless it is added', async () => {
  const { app } = consoleApp();
  expect((await app.inject('/console/')).statusCode).toBe(200);
  const other = buildApp({ logger: capturedLogger().logger });
  onTestFinished(() => other.close());
  expect((await other.inject('/console/')).statusCode).toBe(404);
});
