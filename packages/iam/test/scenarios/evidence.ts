import { ensureTable } from '@aws-starter-kit/dynamo';
import { expect } from 'vitest';
import { badWeather } from '../../../dynamo-history/src/weather.js';
import type { Role } from '../../src/index.js';
import { type EnforcedEngine, enforcedEngine, type SteppedCall } from '../enforcement/enforced-engine.js';
import { runTestsOf, type TestRun } from '../enforcement/run-tests-of.js';
import { probedPolicy, tableName } from '../permission-class.js';
import { callUnderFaults, procedures, scenarioOf, startProductionApi } from './api.js';
import { doctorCommands, personalDataCommands, tableCommands, userCommands } from './commands.js';
import { lostWrites } from './lost-writes.js';
import { organisationsScenario } from './organisations.js';
import { followTable, handleEvent } from './streams.js';

/** Runs the scenarios of roles on one engine behind their policies, and returns what they sent. */
async function recorded(
  roles: readonly Role[],
  run: (engine: EnforcedEngine) => Promise<void>,
): Promise<SteppedCall[]> {
  const engine = await enforcedEngine(Object.fromEntries(roles.map((role) => [role, probedPolicy(role)])));
  try {
    await run(engine);
  } finally {
    await engine.stop();
  }
  return [...engine.calls];
}

/** The API: in production as a process, with organisations and a generated entity beside it, and under faults. */
export const apiCalls = () =>
  recorded(['api'], async (engine) => {
    await ensureTable({ client: engine.client(), tableName, stream: true });
    const api = await engine.step('start', () => startProductionApi(engine, tableName));
    const scenario = scenarioOf(api);
    const organisations = await organisationsScenario(engine, tableName);
    try {
      await engine.step('/readyz', () => fetch(`${api.url}/readyz`));
      for (const [name, call] of Object.entries(procedures)) await engine.step(name, () => call(scenario));
      for (const [name, call] of Object.entries(organisations.steps)) await engine.step(name, call);
      for (const rules of [lostWrites, badWeather(3)]) {
        engine.setFaults(rules);
        await callUnderFaults(scenario, 3);
      }
    } finally {
      engine.setFaults([]);
      await organisations.stop();
      api.kill('SIGTERM');
      await api.ended;
    }
  });

/** The commands, each as a process. */
export const cliCalls = () =>
  recorded(['cli'], async (engine) => {
    await ensureTable({ client: engine.client(), tableName });
    await userCommands(engine, tableName);
  });
export const doctorCalls = () =>
  recorded(['doctor', 'doctor-fix'], async (engine) => {
    await ensureTable({ client: engine.client(), tableName });
    await doctorCommands(engine, tableName);
  });
export const tableCalls = () => recorded(['table'], (engine) => tableCommands(engine, tableName));
export const followerCalls = () => recorded(['follower'], (engine) => followTable(engine, tableName));

export const workerCalls = () => recorded(['worker'], (engine) => handleEvent(engine, tableName));
export const personalDataCalls = () =>
  recorded(['personal-data'], async (engine) => {
    await ensureTable({ client: engine.client(), tableName });
    await personalDataCommands(engine, tableName);
  });

/** Tests that send each request of the models. With `FULL=true`, all tests of these packages. */
const testsOfModels =
  process.env.FULL === 'true'
    ? ['packages/dynamo/', 'packages/users/', 'packages/organisations/', 'examples/ticketing/']
    : ['batch', 'collection', 'kept-versions', 'new-writes', 'once', 'schema', 'transact', 'unique', 'vectors']
        .map((name) => `packages/dynamo/test/${name}.engine`)
        .concat('packages/organisations/');

/** The models, by the tests of their packages, on tables with other names. */
export async function modelCalls(): Promise<SteppedCall[]> {
  const { calls, passed, failures } = await testsUnder('model', testsOfModels);
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(0);
  return calls.map((call) => ({ ...call, principal: 'model' }));
}

/** The tests of other packages, as they are, on an engine behind a policy. */
export async function testsUnder(role: Role, paths: readonly string[]): Promise<TestRun & { calls: SteppedCall[] }> {
  const engine = await enforcedEngine({ subject: probedPolicy(role, '*') });
  try {
    const run = await runTestsOf(paths, engine);
    return { ...run, calls: [...engine.calls] };
  } finally {
    await engine.stop();
  }
}
