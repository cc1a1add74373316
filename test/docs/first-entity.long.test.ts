import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf, commandsIn, root } from './blocks.js';
import { start, type } from './terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'first-entity-'));
const [generate, test, dev, example, program, lamps, rule, printed, keep] = blocksOf('docs/your-first-entity.md');
let env: Record<string, string>;

beforeAll(async () => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 10_000_000 });
  for (const path of files.split('\0').filter((path) => path !== '' && existsSync(join(root, path))))
    cpSync(join(root, path), join(folder, path));
  const port = await freePort();
  // the engine of `pnpm dev` looks for a free port by itself
  env = {
    ...{ PORT: `${port}`, API_URL: `http://127.0.0.1:${port}` },
    TURBO_CACHE_DIR: join(root, '.turbo/cache'), // what is the same in the copy is built and checked already
  };
  await done('git init --quiet && npx pnpm install --prefer-offline --frozen-lockfile');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line that has to succeed, and gives what it says. */
async function done(line: string): Promise<string> {
  const { exitCode, output } = await type(line, { folder, env });
  expect({ line, exitCode, output }).toEqual({ line, exitCode: 0, output });
  return output;
}
async function allDone(block: typeof keep): Promise<void> {
  const commands = block ? commandsIn(block) : [];
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) await done(command);
}

const isDone = existsSync(join(root, 'packages/products')); // who did the tutorial here has what it makes already
it.skipIf(isDone)('the tutorial does what it says, line by line, in a copy of this repository', async () => {
  await allDone(generate);
  await allDone(test);

  const server = start(commandsIn(dev as never)[0] ?? '', { folder, env });
  try {
    await expect.poll(() => server.output.text, { timeout: 120_000 }).toContain('All went as expected');
    await allDone(example);

    writeFileSync(join(folder, 'apps/client/examples/lamps.ts'), program?.text ?? '');
    const [call = ''] = commandsIn(lamps as never);
    expect(await done(call)).toMatch(/^1 Lamp VALUE_TAKEN\n\{.*price: -1,/s);
    writeFileSync(join(folder, 'rule.diff'), `${rule?.text}\n`);
    await done('git apply rule.diff');
    await expect
      .poll(() => type(call, { folder, env }).then(({ output }) => output), { timeout: 120_000, interval: 500 })
      .toBe(`${printed?.text}\n`);
  } finally {
    server.interrupt();
    await server.ended;
  }
  await allDone(keep);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
