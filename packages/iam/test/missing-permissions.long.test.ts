import { ensureTable } from '@aws-starter-kit/dynamo';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PolicyDocument } from '../src/index.js';
import { enforcedEngine } from './enforcement/enforced-engine.js';
import { probedPolicy, tableName } from './permission-class.js';
import { organisationsScenario } from './scenarios/organisations.js';

vi.stubEnv('LOG_LEVEL', 'ERROR');

/** Starts the API with organisations and a generated entity, behind a policy. */
async function apiBehind(policy: PolicyDocument) {
  const engine = await enforcedEngine({ api: policy });
  onTestFinished(() => engine.stop());
  await ensureTable({ client: engine.client(), tableName });
  const { steps, stop } = await organisationsScenario(engine, tableName);
  onTestFinished(stop);
  const run = (name: string) =>
    engine.step(name, () => steps[name]?.() ?? Promise.reject(new Error(`no step ${name}`)));
  const operations = () => engine.calls.filter(({ step }) => step).map(({ operation }) => operation);
  const denied = () => engine.calls.flatMap((call) => call.denied.map(({ action }) => action));
  return { run, operations, denied };
}

const without = ({ Version, Statement }: PolicyDocument, sid: string): PolicyDocument => ({
  Version,
  Statement: Statement.filter(({ Sid }) => Sid !== sid),
});

it('the API deletes a batch in one request, and one by one without the optional statement', async () => {
  const whole = await apiBehind(probedPolicy('api'));
  await whole.run('notes.batchDelete');
  expect(whole.operations()).toContain('BatchExecuteStatement');
  expect(whole.operations()).not.toContain('DeleteItem');
  expect(whole.denied()).toEqual([]);

  const narrow = await apiBehind(without(probedPolicy('api'), 'DeleteBatches'));
  await narrow.run('notes.batchDelete');
  await narrow.run('notes.batchDelete');
  expect(narrow.operations().filter((operation) => operation === 'DeleteItem')).toHaveLength(6);
  expect(new Set(narrow.denied())).toEqual(new Set(['dynamodb:PartiQLDelete']));
  // the first denial is remembered, so that later batches do not ask again
  expect(narrow.operations().filter((operation) => operation === 'BatchExecuteStatement')).toHaveLength(1);
});

it('a statement that is not optional is enforced: without it, the call fails', async () => {
  const narrow = await apiBehind(without(probedPolicy('api'), 'QueryEntities'));
  await narrow.run('notes.create');
  await expect(narrow.run('notes.list')).rejects.toMatchObject({ data: { code: 'INTERNAL_SERVER_ERROR' } });
  expect(narrow.denied()).toEqual(['dynamodb:Query']);
});

it('a policy for another table allows nothing', async () => {
  const engine = await enforcedEngine({ api: probedPolicy('api', 'another-table') });
  onTestFinished(() => engine.stop());
  await ensureTable({ client: engine.client(), tableName });
  await expect(organisationsScenario(engine, tableName)).rejects.toThrow();
  expect(engine.calls.every(({ denied }) => denied.length > 0)).toBe(true);
});
