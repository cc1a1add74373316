import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { type BreakingProxy, breakingProxy, unusedPort } from './breaking-proxy.js';
import { apiFor, onlyTheMarker, runDemo, runDemoBehind } from './run-demo.js';

describe.concurrent('the demo', () => {
  it('also deletes users whose creation got no answer', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    // those that share a request, which the warm-up sends none of
    const treat = (path: string) => (path.includes('users.create,users.create') ? 'lose' : 'pass');
    const { exitCode } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(await api.itemIds()).toEqual(onlyTheMarker);
  });

  it('says which users may remain if they cannot be deleted', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const treat = (path: string) => (/update|batchDelete/.test(path) ? 'broken' : 'pass');
    const { exitCode, stdout } = await runDemoBehind(api, context, treat);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nUsers whose email ends with \.\w+@example\.com may remain: .*\n/);
  });

  it.for([
    { signal: 'SIGINT', after: 'api.users.update' },
    { signal: 'SIGTERM', after: 'share HTTP requests' },
  ] as const)(
    'deletes the users it created when $signal stops it after "$after"',
    async ({ signal, after }, context) => {
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
      expect(await api.itemIds()).toEqual(onlyTheMarker);
    },
  );

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

  it('says how to pass a token if there is none', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    const env = { API_TOKEN: undefined, AUTH_TOKEN_FILE: '/no/such/file' };
    const { exitCode, stdout } = await runDemo(api.url, { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\nThe demo failed\. This needs a token, .* Pass a valid token with --token or API_TOKEN\.\n/,
    );
  });

  it('says that the API runs without its database', async (context) => {
    const { expect } = context;
    const api = await apiFor(context);
    api.database.setRules([{ fault: 'refused' }]);
    const { exitCode, stdout } = await runDemo(api.url, { args: ['--wait', '0'] });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`The API at ${api.url} answers, but it is not ready (/readyz answers 503)`);
  });
});

const demo = (args: string[]) =>
  runScript('apps/client/demo/main.ts', { args, env: { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined } });

describe.concurrent('the demo without an API', () => {
  it('names an invalid PORT', async () => {
    const env = { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined, PORT: 'http' };
    const { exitCode, stdout } = await runScript('apps/client/demo/main.ts', { env });
    const line = '\nThe demo failed. PORT is "http"; it must be a whole number up to 65535\n';
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: line });
  });

  it('calls another machine with --yes', async () => {
    const { exitCode, stdout } = await demo(['--url', 'http://demo.invalid', '--yes', '--wait', '0']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/No API answers at http:\/\/demo\.invalid \(\w+\)/);
  });

  it('says that another server answers', async ({ onTestFinished }) => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { exitCode, stdout } = await demo(['--url', url]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`The server at ${url} is not this API (/readyz answers 404).`);
  });

  it.each([
    { args: ['--ulr', 'x'], says: "unknown option '--ulr'" },
    {
      args: ['--url', '127.0.0.1:3000'],
      says: "'127.0.0.1:3000' is invalid. It must be a URL such as http://127.0.0.1:3000.",
    },
    { args: ['--wait', 'long'], says: "'long' is invalid. It must be a number of seconds." },
    { args: ['http://127.0.0.1:3000'], says: 'too many arguments' },
  ])('rejects $args with one line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await demo(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
