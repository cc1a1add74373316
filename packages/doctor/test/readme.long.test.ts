import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, it, onTestFinished } from 'vitest';
import { olderTable, olderUser } from '../../../test/older-table.js';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';
import { type ExaminationReport, reportText } from '../src/index.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const readme = readFileSync(at('../README.md'), 'utf8');
const blocks = (info: string) =>
  [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, tag, text = '']) => (tag === info ? [text] : []));

/** Runs a program as a module of this package. */
async function run(name: string, program: string) {
  const script = at(`../.local/readme-${name}-${process.pid}.ts`);
  mkdirSync(at('../.local'), { recursive: true });
  writeFileSync(script, program);
  onTestFinished(() => rmSync(script));
  return runScript(script, {
    env: { AWS_ENDPOINT_URL: inject('endpoint'), AWS_REGION: 'us-east-1', LOG_LEVEL: 'ERROR' },
  });
}

it('shows the report as it is printed', () => {
  const none = { repaired: 0, left: 0 };
  const report: ExaminationReport = {
    counts: {
      items: 6003,
      entities: 3002,
      claims: 2998,
      tombstones: 2,
      removedTombstones: 1,
      unknown: { ORDER: 3 },
    },
    units: 3152,
    repaired: 3,
    left: 1,
    mark: 'is not set',
    findings: {
      'missing claim': { repaired: 1, left: 0 },
      'orphan claim': { repaired: 1, left: 0 },
      'orphan counter': none,
      'wrong expiry': none,
      'wrong keys': { repaired: 1, left: 0 },
      'other shards': none,
      'missing default': none,
      'doubled value': { repaired: 0, left: 1 },
      'unreadable item': none,
    },
    kept: [
      { kind: 'missing claim', ids: ['USER#1937'], what: 'email', outcome: 'repaired' },
      { kind: 'orphan claim', ids: ['USER#317'], what: 'email: owner holds another value', outcome: 'repaired' },
      { kind: 'wrong keys', ids: ['USER#2210'], what: 'sk1 is stale', outcome: 'repaired' },
      { kind: 'doubled value', ids: ['USER#12', 'USER#2871'], what: 'email: USER#12 has the claim', outcome: 'left' },
    ],
  };
  const [shown = ''] = blocks('text');
  expect(`${reportText(report, { fix: true, place: 'table old-users at eu-west-1' })}\n`).toBe(shown);
});

it('shows how another model is added', async () => {
  const [importing = '', line = ''] = (blocks('ts')[0] ?? '').split('\n\n');
  const program = `${importing}
    import { type BaseModel, DynamoModel } from '@aws-starter-kit/dynamo';
    import { createUserSchema as createProductSchema } from '@aws-starter-kit/users';
    class ProductModel extends DynamoModel<BaseModel & { name: string }> {
      protected getEntityName() { return 'Product'; }
      protected generateId() { return '1'; }
      protected setGSIKeys() {}
    }
    const [added] = [${line}];
    console.log(added.stores.entityName, added.problems({ id: '1' }).length > 0);
  `;
  expect(await run('model', program)).toEqual({ exitCode: 0, stdout: 'Product true\n', stderr: '' });
});

it('shows a run in code', async () => {
  const { tableName } = await olderTable([olderUser('ada@example.com')]);
  const program = (blocks('ts')[1] ?? '').replaceAll("'old-users'", `'${tableName}'`);
  const { exitCode, stdout } = await run(
    'code',
    `import { createDynamoClient } from '@aws-starter-kit/dynamo';\nconst client = createDynamoClient();\n${program}`,
  );
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^In ${tableName}: 1 items, 1 entities, 0 claims, .*`));
  expect(stdout).toContain('All findings are repaired.\nThe table is not marked, because of --no-mark');
});
