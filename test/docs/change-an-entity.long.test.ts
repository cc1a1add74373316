import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import '../provided-context.js';
import { runScript } from '../run-script.js';
import { blocksOf, root } from './blocks.js';

it('the program of "Change an entity" prints what the document shows', async () => {
  const blocks = blocksOf('docs/change-an-entity.md');
  const text = (info: string) => blocks.filter((block) => block.info === info).map((block) => block.text);
  // inside the doctor, which depends on all packages that the program imports
  const folder = join(root, 'packages/doctor/.local');
  const script = join(folder, `change-an-entity-${process.pid}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(script, text('ts').join('\n'));
  onTestFinished(() => rmSync(script));
  const env = { AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1', LOG_LEVEL: 'ERROR' };
  const { exitCode, stdout, stderr } = await runScript(script, { env });
  expect({ exitCode, stderr, lines: stdout.trim().split('\n') }).toEqual({
    exitCode: 0,
    stderr: '',
    lines: text('text').flatMap((lines) => lines.trim().split('\n')),
  });
});
