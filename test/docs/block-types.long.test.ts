import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { blockContexts } from './block-contexts.js';
import { type Block, blocksOf, documents, root } from './blocks.js';

/** Beside each document of a package, so that its programs resolve what the package depends on; those of the others see all packages. */
const folder = '.local/docs-types';
const placeOf = (document: string) => (/^(packages|apps|examples)\//.test(document) ? dirname(document) : 'test');

interface Program {
  document: string;
  /** Its path from the root. */
  file: string;
  /** Each statement is in the same line as in the document, so that errors point there. */
  text: string;
}

/** Returns the programs of a document: one for each block, with the blocks that it continues. */
function programsOf(document: string): Program[] {
  const blocks = blocksOf(document).filter(({ info }) => ['ts', 'tsx', 'js'].includes(info));
  return blocks.flatMap((block, index) => {
    const number = index + 1;
    const { continues, by } = blockContexts[document]?.[number] ?? {};
    if (by !== undefined) return [];
    const lines: string[] = [];
    for (const each of continues ? blocks.slice(0, number) : [block]) {
      const context = blockContexts[document]?.[blocks.indexOf(each) + 1];
      lines[each.line - 1] = context?.given ?? '';
      for (const [offset, line] of codeOf(each, context?.instead).entries()) lines[each.line + offset] = line;
    }
    const file = join(placeOf(document), folder, `${document.replaceAll('/', '-')}-${number}.mts`);
    return [{ document, file, text: `${Array.from(lines, (line) => line ?? '').join('\n')}\nexport {};\n` }];
  });
}

function codeOf({ text, line }: Block, instead?: readonly [string, string]): string[] {
  if (instead && !text.includes(instead[0])) throw new Error(`The block in line ${line} has no ${instead[0]}`);
  return (instead ? text.replace(...instead) : text).split('\n');
}

/** Returns the errors of all programs, such as `packages/users/README.md:12 error TS2339: …`. */
async function compilerErrors(programs: readonly Program[]): Promise<string[]> {
  for (const { file, text } of programs) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const folders = new Set([folder, ...programs.map(({ file }) => dirname(file))]);
  onTestFinished(() => {
    for (const each of folders) rmSync(join(root, each), { recursive: true, force: true });
  });
  const project = join(root, folder, 'tsconfig.json');
  mkdirSync(dirname(project), { recursive: true });
  writeFileSync(
    project,
    JSON.stringify({ extends: '../../tsconfig.base.json', files: programs.map(({ file }) => join(root, file)) }),
  );
  const output = await new Promise<string>((resolve, reject) => {
    const args = ['-p', project, '--pretty', 'false'];
    execFile(join(root, 'node_modules/.bin/tsc'), args, { cwd: root }, (error, stdout, stderr) =>
      error !== null && stdout === '' ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    );
  });
  const documentOf = new Map(programs.map(({ file, document }) => [file, document]));
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) =>
      line.replace(/^([^(\s]+)\((\d+),\d+\): /, (_, file, at) => `${documentOf.get(file) ?? file}:${at} `),
    );
}

const programs = documents().flatMap(programsOf);
const planted: Program = {
  document: 'planted.md',
  file: join('packages/users', folder, 'planted.mts'),
  text: "\n\nimport type { User } from '@aws-starter-kit/users';\nexport const age = ({ age }: User) => age;\n",
};

it('every program of every document compiles under the strict options; a planted error is reported at its line', async () => {
  expect(programs.length).toBeGreaterThan(15);
  expect(await compilerErrors([...programs, planted])).toEqual([expect.stringMatching(/^planted\.md:4 error TS2339/)]);
});

it('the contexts name existing programs and tests', () => {
  for (const [document, contexts] of Object.entries(blockContexts)) {
    const programs = blocksOf(document).filter(({ info }) => ['ts', 'tsx', 'js'].includes(info));
    for (const [number, { by }] of Object.entries(contexts)) {
      expect({ document, number, isThere: programs[Number(number) - 1] !== undefined }).toMatchObject({
        isThere: true,
      });
      if (by !== undefined) expect(existsSync(join(root, by))).toBe(true);
    }
  }
});
