import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type RunningApi, runningApi } from '../../apps/api/test/running-api.js';
import '../provided-context.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

interface Launch {
  name: string;
  type: string;
  request: string;
  cwd: string;
  runtimeArgs?: string[];
  program: string;
  args?: string[];
}
const { configurations } = JSON.parse(readFileSync(`${root}/.vscode/launch.json`, 'utf8')) as {
  configurations: Launch[];
};

interface Start {
  /** The file that is open in the editor. */
  open?: string;
  env?: Record<string, string>;
  /** Ctrl-C once it has said this. */
  until?: RegExp;
}

/** Starts what the editor would start. */
async function launch(name: string, { open = '', env = {}, until }: Start = {}) {
  const found = configurations.find((one) => one.name === name);
  expect(found, name).toMatchObject({ type: 'node', request: 'launch' });
  const { cwd, runtimeArgs = [], program, args = [] } = found as Launch;
  const filled = (text: string) => text.replaceAll(`\${workspaceFolder}`, root).replaceAll(`\${relativeFile}`, open);
  expect(existsSync(filled(program))).toBe(true);
  const { NODE_ENV: _, VITEST: __, AWS_ENDPOINT_URL: ___, ...inherited } = process.env;
  const child = spawn(process.execPath, [...runtimeArgs, program, ...args].map(filled), {
    cwd: filled(cwd),
    detached: true, // a group of its own, as in a terminal: Ctrl-C goes to all of it
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let isStopped = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (isStopped || !until?.test(output) || child.pid === undefined) return;
      isStopped = true;
      process.kill(-child.pid, 'SIGINT');
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, output, isStopped };
}

describe.concurrent('the launch configurations of the editor', () => {
  it('start the API beside an engine', async () => {
    const run = await launch('API, beside an engine', {
      env: { PORT: '0', AUTH_TOKEN_FILE: '.local/launch-token', LOG_LEVEL: 'INFO' },
      until: /API at http:\S+\/trpc/,
    });
    expect(run).toMatchObject({ isStopped: true, output: expect.stringContaining('DynamoDB at http') });
  });

  it('run the test file that is open', async () => {
    const open = 'packages/users/test/creation-time.test.ts';
    expect(await launch('Test file that is open', { open })).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/Test Files +1 passed/),
    });
  });

  it('run the long test file that is open', async () => {
    const open = 'packages/local-dynamo/test/readme.long.test.ts';
    expect(await launch('Long test file that is open', { open })).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/Test Files +1 passed/),
    });
  });

  it('run the demo against the API that is there', async ({ onTestFinished }) => {
    const api: RunningApi = await runningApi();
    onTestFinished(() => api.stop());
    const env = { API_URL: api.url, API_TOKEN: api.token };
    expect(await launch('Demo, against the API that runs', { env })).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('All went as expected'),
    });
  });

  it('are all tested here', () => {
    const source = readFileSync(fileURLToPath(import.meta.url), 'utf8');
    expect(configurations.filter(({ name }) => !source.includes(`launch('${name}'`))).toEqual([]);
  });
});

describe('the recommendations of the editor', () => {
  it('name extensions, and the formatter of the settings is one of them', () => {
    const read = (file: string) => JSON.parse(readFileSync(`${root}/.vscode/${file}`, 'utf8'));
    const { recommendations } = read('extensions.json');
    expect(recommendations).toContain(read('settings.json')['editor.defaultFormatter']);
  });
});
