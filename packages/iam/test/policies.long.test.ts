import { organisationsRouter } from '@aws-starter-kit/api/organisations';
import { appRouter } from '@aws-starter-kit/api/router';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Role, roles } from '../src/index.js';
import { needsOf } from '../src/policy-document.js';
import { dynamodbActions } from './dynamodb-actions.js';
import type { SteppedCall } from './enforcement/enforced-engine.js';
import { isAllowed } from './enforcement/evaluate.js';
import { additions, type Mutation, removals } from './mutations.js';
import { classOf, nameOf, type PermissionClass, probedPolicy, unused } from './permission-class.js';
import { policiesDocument, type RoleEvidence } from './policies-document.js';
import { procedures } from './scenarios/api.js';
import * as evidence from './scenarios/evidence.js';
import { organisationProcedures } from './scenarios/organisations.js';
import { sentOperations } from './sent-operations.js';

vi.stubEnv('LOG_LEVEL', 'ERROR');
const longMs = 900_000;
const actions = await dynamodbActions();

let calls: SteppedCall[];
const callsOf = (role: Role) => calls.filter(({ principal }) => principal === role);
beforeAll(async () => {
  calls = [
    ...(await evidence.apiCalls()),
    ...(await evidence.workerCalls()),
    ...(await evidence.followerCalls()),
    ...(await evidence.cliCalls()),
    ...(await evidence.personalDataCalls()),
    ...(await evidence.doctorCalls()),
    ...(await evidence.tableCalls()),
    ...(await evidence.modelCalls()),
  ];
}, longMs);

/** The kinds of requests that were recorded for a role, and those that AWS sends with it. */
function neededBy(role: Role): PermissionClass[] {
  const byAws = needsOf(role, {}).filter(({ isSentByAws }) => isSentByAws);
  return [
    ...callsOf(role).flatMap(({ needed }) => needed.map(classOf)),
    ...byAws.flatMap(({ actions, on }) => actions.map((action) => ({ action, resource: on as 'stream' }))),
  ];
}

/** True if the policy denies a request of the role. For requests that AWS sends, true if it lacks the action. */
function deniesSome({ policy }: Mutation, role: Role): boolean {
  const recorded = callsOf(role).flatMap(({ needed }) => needed);
  const byAws = needsOf(role, {}).filter(({ isSentByAws }) => isSentByAws);
  const all = policy.Statement.flatMap(({ Action }) => Action);
  return (
    recorded.some((one) => !isAllowed(policy, one)) ||
    byAws.some(({ actions }) => actions.some((action) => !all.includes(action)))
  );
}

describe.each(roles)('the policy of %s', (role) => {
  const policy = probedPolicy(role);

  it('denies no request of its scenarios', () => {
    const denied = callsOf(role).flatMap(({ step, denied }) => denied.map((one) => `${step}: ${nameOf(classOf(one))}`));
    expect([...new Set(denied)]).toEqual([]);
  });

  it('allows nothing that no request needs, of all actions of DynamoDB on this and on other tables', () => {
    expect(unused(policy, actions, neededBy(role))).toEqual([]);
  });

  it('denies a recorded request if any action is removed from it', () => {
    const mutations = removals(policy);
    expect(mutations.length).toBeGreaterThan(0);
    expect(mutations.filter((one) => !deniesSome(one, role)).map(({ change }) => change)).toEqual([]);
  });

  it('is reported as too wide if an action is added, a condition removed, or a resource widened', () => {
    const mutations = additions(policy, actions);
    expect(mutations.length).toBeGreaterThan(0);
    const unseen = mutations.filter((one) => unused(one.policy, actions, neededBy(role)).length === 0);
    expect(unseen.map(({ change }) => change)).toEqual([]);
  });
});

it('every procedure of the API is a step', () => {
  expect(Object.keys(procedures).sort()).toEqual(Object.keys(appRouter._def.procedures).sort());
  const own = Object.keys(organisationsRouter._def.procedures).map((name) => `organisations.${name}`);
  expect([...organisationProcedures].sort()).toEqual(own.sort());
});

it.each([
  { folder: 'packages/dynamo', by: ['model', 'table'] },
  { folder: 'packages/streams', by: ['follower'] },
  { folder: 'packages/doctor', by: ['doctor', 'doctor-fix'] },
  { folder: 'packages/table', by: ['table'] },
  { folder: 'packages/users-cli', by: ['cli', 'personal-data'] },
  { folder: 'apps/api', by: ['api'] },
] as const)('every operation in the code of $folder was recorded', ({ folder, by }) => {
  const recorded = new Set(by.flatMap((role) => callsOf(role).map(({ operation }) => operation)));
  expect(sentOperations(folder)).not.toEqual([]);
  expect(sentOperations(folder).filter((operation) => !recorded.has(operation))).toEqual([]);
});

it('the document of the policies is up to date', async () => {
  const counted = (role: Role): RoleEvidence => {
    const policy = probedPolicy(role);
    const { length: wider } = additions(policy, actions);
    return { calls: callsOf(role), removals: removals(policy).length, additions: wider };
  };
  const all = Object.fromEntries(roles.map((role) => [role, counted(role)])) as Record<Role, RoleEvidence>;
  await expect(policiesDocument(all)).toMatchFileSnapshot('../docs/policies.md');
});
