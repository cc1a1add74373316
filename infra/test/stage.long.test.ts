import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { StageFile } from '../src/settings.js';
import { cognito, fargate, functionUrl, synthesized } from './synthesized.js';

const withStream = (indexes: number) => ({ name: 'users-test', stream: true, indexes });

interface Finding {
  readonly rule: string;
  /** Of the construct. */
  readonly path: string;
}

interface Exception extends Finding {
  readonly reason: string;
}

/** Those of this repository: the CDK has a few of its own, from its checks of CloudFormation. */
const exceptionsOf = (app: App): Exception[] =>
  app.node.findAll().flatMap(({ node: { path, metadata } }) =>
    metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => ({ rule: rule.replace('Annotation::', ''), path, reason }))
      .filter(({ rule }) => !rule.startsWith('CloudFormation-Validate::')),
  );

function findingsWithoutExceptions(app: App): Finding[] {
  const checks = new AwsSolutionsChecks(app);
  Object.defineProperty(checks, 'isAcknowledged', { value: () => false });
  return checks
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath })),
    );
}

const webhook = {
  url: 'https://hooks.example.com/',
  secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:webhook-AbCdEf',
  secretVersion: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111',
};

/** Each value of each setting that adds resources, at least once. */
const combinations: readonly (readonly [string, Partial<StageFile>])[] = [
  ['the least', {}],
  [
    'an HTTP API, Cognito, a worker',
    { signIn: { ...cognito, machines: { nightly: ['users:write'] } }, table: withStream(2), worker: {} },
  ],
  [
    'a function URL, Cognito without MFA, live changes',
    {
      api: functionUrl,
      signIn: { ...cognito, mfa: 'off', callbackUrls: ['https://app.example.com/'] },
      table: withStream(1),
      liveChanges: true,
    },
  ],
  [
    'Fargate, 20 indexes, a worker, live changes',
    { api: fargate, table: withStream(20), worker: {}, liveChanges: true },
  ],
  ['Fargate, Cognito, no protection', { api: fargate, signIn: cognito, isProtected: false }],
  [
    "a key, limits and a topic of one's own",
    {
      table: {
        ...withStream(2),
        key: 'customer-managed',
        maxReadUnits: 4000,
        warmWriteUnits: 8000,
        contributorInsights: true,
      },
      alarms: { topicArn: 'arn:aws:sns:us-east-1:111122223333:ops' },
    },
  ],
  ['a shared rate limit and webhooks', { sharedRateLimit: true, table: withStream(2), worker: { webhook } }],
  ['an email for alarms', { alarms: { email: 'ops@example.com' } }],
];

describe.each(combinations)('a stage with %s', (_, change) => {
  it('passes the checks of AwsSolutions and of the schemas of CloudFormation', () => {
    const report = JSON.parse(readFileSync(join(synthesized(change).folder, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations)).toEqual([]);
  });

  it('gives a reason for each exception from these checks, and has no unnecessary exception', () => {
    const { app } = synthesized(change);
    const exceptions = exceptionsOf(app);
    expect(exceptions.length).toBeGreaterThan(1);
    expect(exceptions.filter(({ reason }) => reason.split(' ').length < 8)).toEqual([]);
    const needed = findingsWithoutExceptions(app);
    const isNeeded = ({ rule, path }: Exception) =>
      needed.some((finding) => finding.rule === rule && finding.path.startsWith(`${path}/`));
    expect(exceptions.filter((exception) => !isNeeded(exception))).toEqual([]);
  });

  it('looks nothing up in an account', () => {
    const { folder } = synthesized(change);
    const { missing } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(missing).toBeUndefined();
  });
});
