import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type RunningApi, runningApi } from '../apps/api/test/running-api.js';
import { runScript } from './run-script.js';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const readme = readFileSync(at('README.md'), 'utf8');

/** The program of a section, and the output that the README gives for it. */
function example(section: string) {
  const text = section === '' ? readme : (readme.split(`\n## ${section}\n`)[1] ?? '');
  const [, program = '', output = ''] = /```ts\n(.*?)```(?:\s*```text\n(.*?)```)?/s.exec(text) ?? [];
  return { program, output };
}

const folder = at('test/.local/readme');
let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
  mkdirSync(folder, { recursive: true });
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, program: string) {
  const file = `${folder}/${name}.ts`;
  writeFileSync(file, program);
  const env = {
    API_TOKEN: api.token,
    AWS_ENDPOINT_URL: inject('endpoint'),
    DYNAMODB_TABLE: api.tableName,
    LOG_LEVEL: 'ERROR',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const { exitCode, stdout, stderr } = await runScript(file, { env });
  return { exitCode, stdout, stderr };
}

it('shows a typed call with its output', async () => {
  const { program, output } = example('');
  expect(program).toContain("'http://127.0.0.1:3000'");
  expect(await run('call', program.replace('http://127.0.0.1:3000', api.url))).toEqual({
    exitCode: 0,
    stdout: output,
    stderr: '',
  });
});

it('says how an entity is added', async () => {
  const { program } = example('Add an entity');
  const use = `
    const products = new ProductModel();
    const lamp = await products.create({ sku: 'L1', name: 'Lamp' });
    const again = await products.create({ sku: 'L1', name: 'Other' }).catch((error: Error) => error.name);
    const { items } = await products.query({ index: 'GSI1', pk: 'PRODUCT', sk: { beginsWith: 'NAME#La' } });
    console.log(items.length, items[0]?.id === lamp.id, again);
  `;
  expect(await run('entity', program + use)).toEqual({
    exitCode: 0,
    stdout: '1 true UniqueConstraintError\n',
    stderr: '',
  });
});

it('shows a whole program that uses the packages elsewhere', async () => {
  const { program, output } = example('Use the packages in another app');
  const own = program.replace("'my-users'", `'my-users-${process.pid}'`);
  expect(own).not.toBe(program);
  expect(await run('program', own)).toEqual({ exitCode: 0, stdout: output, stderr: '' });
});

it('names every script that it tells to run', () => {
  const { scripts } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { scripts: Record<string, string> };
  const told = new Set(
    [...readme.matchAll(/(?<=^|`|npx |&& )pnpm ((?!--)[a-z]\w*(?::\w+)?)/gm)].map(([, name = '']) => name),
  );
  expect([...told].filter((name) => !(name in scripts) && name !== 'workspaces')).toEqual([]);
});
