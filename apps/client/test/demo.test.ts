import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { unusedPort } from './breaking-proxy.js';

const demo = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('apps/client/src/main.ts', {
    args,
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined, ...env },
  });

describe.concurrent('the demo without an API', { timeout: 60_000 }, () => {
  it('refuses an API beyond this machine without --yes, before it asks it anything', async () => {
    const { exitCode, stdout } = await demo(['--url', 'http://192.0.2.1:3000']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/http:\/\/192\.0\.2\.1:3000 is not on this machine, .* add --yes\.\n$/);
  });

  it('goes beyond this machine with --yes', async () => {
    const { exitCode, stdout } = await demo(['--url', 'http://demo.invalid', '--yes', '--wait', '0']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/No API answers at http:\/\/demo\.invalid \(\w+\)/);
  });

  it('says that no API answers, and how to start one', async () => {
    const url = `http://127.0.0.1:${await unusedPort()}`;
    const { exitCode, stdout, stderr } = await demo(['--wait', '0.1'], { API_URL: url });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toBe(
      `\nThe demo failed. No API answers at ${url} (ECONNREFUSED). Start it with "npx pnpm dev", or name another one with --url.\n`,
    );
  });

  it('says that something else answers', async ({ onTestFinished }) => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { exitCode, stdout } = await demo(['--url', url]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`What answers at ${url} is not this API (/readyz says 404).`);
  });

  it.each([
    { args: ['--ulr', 'x'], says: "unknown option '--ulr'" },
    { args: ['--url', '127.0.0.1:3000'], says: "'127.0.0.1:3000' is invalid. Give one like http://127.0.0.1:3000." },
    { args: ['--wait', 'long'], says: "'long' is invalid. Give a number of seconds." },
    { args: ['http://127.0.0.1:3000'], says: 'too many arguments' },
  ])('refuses $args in a line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await demo(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
