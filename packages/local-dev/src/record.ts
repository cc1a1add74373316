// Records a run of `pnpm dev` until its demo has ended, and writes it as an animated SVG: pnpm --filter @aws-starter-kit/local-dev record
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { terminalSvg } from './terminal-svg.js';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** What the recording shows in place of the folder that it was made in. */
const folder = '/home/ada/aws-starter-kit';
const noise = /^(\$ |cache bypass|\s+• )/; // of the task runner
const started = performance.now();
const lines: { atMs: number; text: string }[] = [{ atMs: 0, text: '$ npx pnpm dev' }];

const child = spawn('npx', ['pnpm', 'dev'], {
  cwd: root,
  env: { ...process.env, FORCE_COLOR: '1', NODE_OPTIONS: '' },
  detached: true, // Ctrl-C goes to the whole group
  stdio: ['ignore', 'pipe', 'pipe'],
});
for (const stream of [child.stdout, child.stderr]) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    const atMs = performance.now() - started;
    for (const part of parts) if (!noise.test(part)) lines.push({ atMs, text: part.replaceAll(root, folder) });
    if (text.includes('All went as expected') && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  });
}
child.once('close', () => {
  const last = lines.findIndex(({ text }) => text.includes('All went as expected'));
  if (last < 0) throw new Error(`The demo did not end well:\n${lines.map(({ text }) => text).join('\n')}`);
  const file = `${root}/docs/first-run.svg`;
  writeFileSync(file, terminalSvg(lines.slice(0, last + 1), 'pnpm dev, from its start to the end of the demo'));
  process.stdout.write(`${file}\n`);
});
