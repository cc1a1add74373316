import { describe, expect, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { unusedPort } from './breaking-proxy.js';

const demo = (args: string[], env: Record<string, string | undefined> = {}) =>
  runScript('apps/client/demo/main.ts', {
    args,
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, API_URL: undefined, ...env },
  });

describe.concurrent('the demo without an API', () => {
  it('rejects an API on another machine without --yes, before it sends anything', async () => {
    const { exitCode, stdout } = await demo(['--url', 'http://192.0.2.1:3000']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/http:\/\/192\.0\.2\.1:3000 is on another machine, .* add --yes\.\n$/);
  });

  it('says that no API answers, and how to start one', async () => {
    const url = `http://127.0.0.1:${await unusedPort()}`;
    const { exitCode, stdout, stderr } = await demo(['--wait', '0.1'], { API_URL: url });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toBe(
      `\nThe demo failed. No API answers at ${url} (ECONNREFUSED). Start it with "pnpm dev", or pass the URL of another one with --url.\n`,
    );
  });
});
