import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const readme = await readFile(at('../README.md'), 'utf8');
const blocks = [...readme.matchAll(/```ts\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)];
const programs = blocks.map(([, program = '', output = '']) => ({ program, output }));

it('shows the projection of the ticketing example unchanged', async () => {
  const source = await readFile(at('../../../examples/ticketing/src/projections.ts'), 'utf8');
  const shown = programs.filter(({ program }) => !program.startsWith('import'));
  expect(shown).toHaveLength(1);
  expect(source).toContain(shown[0]?.program);
});

it('shows the output of its programs', async () => {
  const endpoint = inject('endpoint');
  await mkdir(at('../.local'), { recursive: true });
  const run = async ({ program, output }: (typeof programs)[number], index: number) => {
    const tableName = `readme-${randomUUID()}`;
    await ensureTable({ tableName, endpoint, stream: true });
    const script = at(`../.local/readme-${process.pid}-${index}.ts`); // inside the package, so that the imports resolve
    await writeFile(script, program);
    try {
      const env = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'us-east-1',
        DYNAMODB_TABLE: tableName,
        LOG_LEVEL: 'ERROR',
      };
      const { exitCode, stdout, stderr } = await runScript(script, { env });
      return { printed: { exitCode, stdout, stderr }, output };
    } finally {
      await rm(script);
    }
  };
  const runs = await Promise.all(programs.filter(({ program }) => program.startsWith('import')).map(run));
  for (const { printed, output } of runs) expect(printed).toEqual({ exitCode: 0, stdout: output, stderr: '' });
  expect(runs).toHaveLength(5);
});
