import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile, run, temporaryFolder, waitForOutput } from './processes.js';

const readme = readFileSync(packageFile('README.md'), 'utf8');

/** Returns the code blocks of a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, tag, text]) =>
    tag === language ? [text ?? ''] : [],
  );
}

const withoutNumbers = (text: string) => text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…');

describe.concurrent('the README', () => {
  it('has an example with its output', async () => {
    const [example = ''] = blocks('ts');
    const [, promised = ''] = /console\.log.*\/\/ (.*)$/m.exec(example) ?? [];
    const script = run('--input-type=module', ['--eval', example]);
    await script.exit;
    expect(script.output().stderr).toBe('');
    expect(withoutNumbers(script.output().stdout)).toBe(`${withoutNumbers(promised)}\n`);
  });

  it('shows the output of the engine', async () => {
    const [screen = ''] = blocks('console');
    const [command, ...promised] = screen.split('\n');
    expect(command).toBe('$ pnpm engine');
    const dataDir = temporaryFolder();
    const engine = run(packageFile('src/cli.ts'), ['--port', '0', '--data', dataDir]);
    await waitForOutput(engine, /Ctrl-C to stop it\.\n/);
    engine.child.kill('SIGINT');
    await engine.exit;
    const shown = engine.output().stderr.replace(/files in [^)]*/, 'files in .local/dynamo');
    expect(withoutNumbers(shown)).toBe(withoutNumbers(promised.join('\n')));
  });

  it('names all options', async () => {
    const usage = blocks('text').find((block) => block.startsWith('local-dynamo')) ?? '';
    const help = run(packageFile('src/cli.ts'), ['--help']);
    await help.exit;
    const flags = [...help.output().stdout.matchAll(/^ {2}(--\w+)/gm)].map(([, flag]) => flag);
    expect(flags).toEqual(usage.match(/--\w+/g));
  });
});
