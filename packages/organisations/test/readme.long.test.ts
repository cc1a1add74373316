import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { MemberService, OrganisationService } from '../src/index.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const readme = await readFile(at('../README.md'), 'utf8');

test('the example prints the output in the README', async () => {
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  // inside the package, so that the import of the package resolves
  const script = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  const ownTable = example.replace("'readme-organisations'", `'readme-organisations-${process.pid}'`);
  expect(ownTable).not.toBe(example);
  await writeFile(script, ownTable);
  try {
    const env = { AWS_ENDPOINT_URL: inject('endpoint'), LOG_LEVEL: 'ERROR' };
    const { exitCode, stdout, stderr } = await runScript(script, { env });
    const printed = stdout.replaceAll(/[\da-f-]{36}/g, '<id>').replaceAll(/\{\s+('<id>': '\w+')\s+\}/g, '{ $1 }');
    expect({ exitCode, printed }, stderr).toEqual({ exitCode: 0, printed: output });
  } finally {
    await rm(script);
  }
});

test('the README names every method of the services', () => {
  const methods = [OrganisationService, MemberService].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  );
  expect(methods.filter((name) => name !== 'constructor' && !readme.includes(`\`${name}(`))).toEqual([]);
});
