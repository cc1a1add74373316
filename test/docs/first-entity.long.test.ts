import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@aws-starter-kit/local-dynamo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyRepository } from '../copy-repository.js';
import { blocksOf, commandsIn, root } from './blocks.js';
import { start, type } from './terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'first-entity-'));
const [generate, test, dev, example, program, lamps, rule, printed, keep] = blocksOf('docs/your-first-entity.md');
let env: Record<string, string>;

beforeAll(async () => {
  copyRepository(folder);
  const port = await freePort();
  // the engine of `pnpm dev` finds a free port by itself
  env = {
    ...{ PORT: `${port}`, API_URL: `http://127.0.0.1:${port}` },
    TURBO_CACHE_DIR: join(root, '.turbo/cache'), // unchanged packages need no new build in the copy
  };
  await done('git init --quiet && npx pnpm install --prefer-offline --frozen-lockfile');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line that must succeed, and returns its output. */
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

const isDone = existsSync(join(root, 'packages/products')); // after the tutorial was followed here, its files exist already
it.skipIf(isDone)(
  'the tutorial does what it says, line by line, in a copy of this repository',
  async () => {
    await allDone(generate);
    await allDone(test);

    const server = start(commandsIn(dev as never)[0] ?? '', { folder, env });
    try {
      await expect.poll(() => server.output.text, { timeout: 240_000 }).toContain('All went as expected');
      await allDone(example);

      writeFileSync(join(folder, 'apps/client/examples/lamps.ts'), program?.text ?? '');
      await done('npx tsc -p apps/client');
      const [call = ''] = commandsIn(lamps as never);
      expect(await done(call)).toMatch(/^1 Lamp VALUE_TAKEN\n\{.*price: -1,/s);
      writeFileSync(join(folder, 'rule.diff'), `${rule?.text}\n`);
      await done('git apply rule.diff');
      await expect
        .poll(() => type(call, { folder, env }).then(({ output }) => output), { timeout: 240_000, interval: 500 })
        .toBe(`${printed?.text}\n`);
    } finally {
      server.interrupt();
      await server.ended;
    }
    await allDone(keep);
  },
  900_000,
);
