import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { permissionsOf } from '@aws-starter-kit/api/permissions';
import { appRouter } from '@aws-starter-kit/api/router';
import { expect, it } from 'vitest';
import { blocksOf, commandsIn } from '../../test/docs/blocks.js';
import { stageNames } from '../src/stages.js';
import { cognito, fargate, minimal, ofType, synthesized } from './synthesized.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(`${root}/docs/operations/deploy.md`, 'utf8');
const commands = blocksOf('docs/operations/deploy.md').flatMap(commandsIn);

// Without an account, the commands for Cognito cannot run. The test checks that the template has the names in them.
it('its commands for Cognito use a group and a flow that the user pool has', () => {
  const { data } = synthesized({ signIn: cognito });
  const ofCognito = commands.filter((command) => command.startsWith('aws cognito-idp '));
  expect(ofCognito).toHaveLength(4);
  const [, group = ''] = /--group-name (\S+)/.exec(text) ?? [];
  expect(permissionsOf(appRouter)).toContain(group);
  const [, flow = ''] = /--auth-flow (\S+)/.exec(text) ?? [];
  const [people] = ofType(data, 'AWS::Cognito::UserPoolClient');
  expect(people?.Properties.ExplicitAuthFlows).toContain(`ALLOW_${flow}`);
});

it('its commands of the CDK and of this repository exist', () => {
  expect(existsSync(createRequire(import.meta.url).resolve('aws-cdk/bin/cdk'))).toBe(true);
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  for (const name of ['synth', 'deploy', 'destroy', 'table']) expect(scripts).toHaveProperty(name);
});

it('its table lists each setting of a stage', () => {
  const names = ['table', 'signIn', 'api'].flatMap((group) =>
    Object.keys(Object({ ...minimal, signIn: cognito })[group]).map((name) => [group, name]),
  );
  for (const [group, name] of [...names, ...Object.keys(fargate).map((name) => ['api', name])])
    expect(text).toMatch(new RegExp(`\`${group}\\.${name}\`|\`${name}\`|\`${group}\``));
});

it('its workflow offers the existing stages', () => {
  const workflow = readFileSync(`${root}/.github/workflows/deploy.yml`, 'utf8');
  const [, options = ''] = /options: \[(.*)\]/.exec(workflow) ?? [];
  expect(options.split(', ').sort()).toEqual(stageNames());
});

it('each alarm names a runbook that exists', () => {
  const { api } = synthesized({ api: fargate, table: { name: 'users-test', stream: true }, worker: {} });
  const named = ofType(api, 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => /Runbook: docs\/operations\/(\S+\.md)$/.exec(String(Properties.AlarmDescription))?.[1],
  );
  expect(named.length).toBeGreaterThan(15);
  const runbooks = readdirSync(`${root}/docs/operations`);
  expect(named.filter((file) => file === undefined || !runbooks.includes(file))).toEqual([]);
});
