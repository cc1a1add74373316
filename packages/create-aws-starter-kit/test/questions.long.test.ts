import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const answers = fileURLToPath(new URL('../src/answers.ts', import.meta.url));

/** Completes options in a pseudo-terminal, and prints the result. Types each of `keys` when its question appears. */
async function ask(options: object, keys: readonly (readonly [question: string, typed: string])[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'questions-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = `import('${answers}').then(({ completeOptions }) =>
    completeOptions(${JSON.stringify({ install: true, git: true, yes: false, ...options })}, { isTerminal: true }))
    .then((result) => console.log('RESULT', JSON.stringify(result)), (error) => console.log('ERROR', error.message))`;
  const line = `stty cols 100; "$NODE" --conditions=@aws-starter-kit/source --import "$TSX" --eval "$PROGRAM"`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, TSX: import.meta.resolve('tsx'), PROGRAM: program, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let next = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const [question, typed] = keys[next] ?? [];
    if (question === undefined || !output.includes(question)) return;
    next += 1;
    child.stdin.write(`${typed}`);
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(readdirSync(folder)).toEqual([]);
  return output;
}

it('asks three questions in a terminal, and takes the shown default for an empty answer', async () => {
  const output = await ask({}, [
    ['Folder and name', 'shop\r'],
    ['Scope of its packages', '\r'],
    ['Run it after', 'n'],
  ]);
  const [, result = ''] = /RESULT (.*)/.exec(output) ?? [];
  expect(JSON.parse(result)).toMatchObject({ name: 'shop', scope: '@shop', dev: false, install: true });
});

it('does not ask for given options, and writes nothing after Ctrl-C', async () => {
  const output = await ask({ folder: 'shop', dev: true }, [['Scope of its packages', '\u0003']]);
  expect(output).toContain('ERROR Cancelled. Nothing was written.');
  expect(output).not.toContain('Folder and name');
});
