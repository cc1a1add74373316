import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { type BreakingProxy, breakingProxy, unusedPort } from './breaking-proxy.js';
import { apiFor, nothingButTheMark, runDemo, runDemoBehind } from './run-demo.js';

describe.concurrent('the demo', () => {
  it('finds and deletes also the users whose creation got no answer', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    let creations = 0;
    const treat = (path: string) => (path.includes('users.create') && ++creations === 5 ? 'lose' : 'pass');
    const { exitCode } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('says what is left behind when even that fails', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const treat = (path: string) => (/update|batchDelete/.test(path) ? 'broken' : 'pass');
    const { exitCode, stdout } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nUsers whose address ends with \.\w+@example\.com may be left behind: .*\n/);
  });

  it.for([
    { signal: 'SIGINT', after: 'api.users.update' },
    { signal: 'SIGTERM', after: 'travel together' },
  ] as const)('deletes what it made when $signal stops it after "$after"', async ({ signal, after }, context) => {
    const { expect } = context;
    const api = await apiFor(context);
    let isStopped = false;
    const { exitCode, stdout } = await runDemo(api.url, {
      onOutput(output, kill) {
        if (isStopped || !output.includes(after)) return;
        isStopped = true;
        kill(signal);
      },
    });
    expect({ isStopped, exitCode }).toEqual({ isStopped: true, exitCode: 130 });
    expect(stdout).toMatch(/\nThe demo was stopped\.\n$/);
    expect(await api.itemIds()).toEqual(nothingButTheMark);
  });

  it('waits for an API that is still starting', async (context) => {
    const { expect, onTestFinished } = context;
    const api = await apiFor(context);
    const port = await unusedPort();
    let starts: Promise<BreakingProxy> | undefined;
    onTestFinished(async () => (await starts)?.stop());
    const { stdout } = await runDemo(`http://127.0.0.1:${port}`, {
      onOutput(output, kill) {
        if (output.includes('Waiting for the API')) starts ??= breakingProxy(api.url, () => 'pass', port);
        if (output.includes('The demo calls every procedure')) kill('SIGTERM');
      },
    });
    expect(stdout).toContain('The demo calls every procedure');
  });

  it('says what to do where it has no token', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const env = { API_TOKEN: undefined, AUTH_TOKEN_FILE: '/no/such/file' };
    const { exitCode, stdout } = await runDemo(api.url, { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\nThe demo failed\. This needs a token, .* Give one that the API takes by --token or API_TOKEN\.\n/,
    );
  });

  it('says that the API is there but its database is not', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    api.database.setRules([{ fault: 'refused' }]);
    const { exitCode, stdout } = await runDemo(api.url, { args: ['--wait', '0'] });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`The API at ${api.url} answers, but it is not ready (/readyz says 503)`);
  });
});

const demo = (args: string[]) =>
  runScript('apps/client/src/main.ts', { args, env: { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined } });

describe.concurrent('the demo without an API', () => {
  it('names the variable that holds no port', async () => {
    const env = { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined, PORT: 'http' };
    const { exitCode, stdout } = await runScript('apps/client/src/main.ts', { env });
    const line = '\nThe demo failed. PORT holds "http"; it may hold a whole number up to 65535\n';
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: line });
  });

  it('goes beyond this machine with --yes', async () => {
    const { exitCode, stdout } = await demo(['--url', 'http://demo.invalid', '--yes', '--wait', '0']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/No API answers at http:\/\/demo\.invalid \(\w+\)/);
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
