import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type RunningApi, runningApi } from '../../../apps/api/test/running-api.js';
import { runScript } from '../../../test/run-script.js';
import { usersHere } from './run-here.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = (path: string) => `${root}${path}`;
let api: RunningApi;
/** The rejected rows of imports go to `people.refused.csv`, or to the next name that is free. */
async function removeRefused(): Promise<void> {
  const folder = 'packages/users-cli/examples';
  for (const name of await readdir(file(folder))) if (name.includes('.refused')) await rm(file(`${folder}/${name}`));
}
beforeAll(async () => {
  await removeRefused();
  api = await runningApi();
  await mkdir(file('.local'), { recursive: true });
});
afterAll(async () => {
  await api.stop();
  await rm(file('.local/users.csv'), { force: true });
  await removeRefused();
});

/** Replaces the parts that differ from run to run. */
const withoutVariables = (text: string) =>
  text
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d{3}Z)?/g, '<time>')
    .replace(/into table \S+ at \S+\.\n|Exporting table \S+ at \S+ /g, '<table> ');

const words = (command: string) =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

it('the commands of the README print what it shows', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, session = ''] = /```console\n(.*?)```/s.exec(readme) ?? [];
  const steps = session.split(/^\$ pnpm users /m).slice(1);
  expect(steps).toHaveLength(7);
  const env = {
    ...{ API_URL: api.url, API_TOKEN: api.token, DYNAMODB_TABLE: api.tableName },
    ...{ AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1' },
  };
  for (const step of steps) {
    const [command = '', ...lines] = step.split('\n');
    const { stdout, stderr } = await usersHere([...words(command), '--output', 'table'], env);
    expect(withoutVariables(stderr + stdout)).toBe(withoutVariables(lines.join('\n')));
  }
});

it('the other commands of the README have existing options', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const commands = [...readme.matchAll(/^pnpm users ([a-z]+(?:-data [a-z]+)?)([^|>#\n]*)/gm)];
  expect(commands).toHaveLength(8);
  for (const [, name = '', rest = ''] of commands) {
    const { stdout } = await usersHere([...name.split(' '), '--help']);
    for (const option of rest.match(/--[\w-]+/g) ?? []) expect(stdout).toContain(option);
  }
});

it('the program of the README runs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(program).toContain("'people.csv'");
  // inside the package, so that the imports of packages resolve
  const script = `packages/users-cli/.local/readme-${process.pid}.ts`;
  await mkdir(file('packages/users-cli/.local'), { recursive: true });
  await writeFile(file(script), program.replace("'people.csv'", "'packages/users-cli/examples/people.csv'"));
  const { tableName, stop } = await runningApi();
  const env = { AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1', DYNAMODB_TABLE: tableName };
  const { stdout, stderr } = await runScript(script, { env: { ...env, LOG_LEVEL: 'ERROR' } });
  expect({ stdout, stderr }).toEqual({ stdout: '3 2\n', stderr: '' });
  await rm(file(script));
  await stop();
});
