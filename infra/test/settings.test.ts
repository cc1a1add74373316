import { describe, expect, it } from 'vitest';
import { parseSettings, SettingsError, type StageFile } from '../src/settings.js';
import { readStage, stageNames } from '../src/stages.js';

const minimal: StageFile = {
  region: 'us-east-1',
  table: { name: 'users' },
  signIn: { kind: 'issuer', issuer: 'https://login.example.com/', audience: 'users' },
  api: { kind: 'lambda' },
};
const fargate = {
  kind: 'fargate',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  domainName: 'api.example.com',
} as const;

const messageOf = (content: unknown): string => {
  try {
    parseSettings(content);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('the settings of a stage', () => {
  it('protect a stage by default', () => {
    expect(parseSettings(minimal)).toMatchObject({
      isProtected: true,
      logRetentionDays: 90,
      table: { indexes: 2, stream: false, recoveryDays: 35, key: 'aws-owned' },
      api: { front: 'http-api', memoryMb: 1024 },
    });
  });

  it.each<[string, object, string]>([
    ['a missing setting', { region: undefined }, 'region is not set; it must be a region such as us-east-1'],
    ['a region', { region: 'Virginia' }, 'region holds "Virginia"; it must be a region such as us-east-1'],
    ['a setting that does not exist', { regoin: 'x' }, 'regoin is not a setting: see docs/operations/deploy.md'],
    [
      'a setting in a group that does not exist',
      { table: { name: 'users', index: 3 } },
      'table.index is not a setting: see docs/operations/deploy.md',
    ],
    [
      'a vector index',
      { table: { name: 'users', vectors: 'embedding' } },
      'table.vectors holds "embedding"; it must be up to 5 vector indexes, such as embedding:384:cosine,photo:512',
    ],
    [
      'the number of indexes',
      { table: { name: 'users', indexes: 21 } },
      'table.indexes holds 21; it must be a whole number from 1 to 20',
    ],
    [
      'a kind of API',
      { api: { kind: 'app-runner' } },
      'api.kind holds "app-runner"; it must be an object whose kind is lambda or fargate',
    ],
    [
      'an issuer over http',
      { signIn: { kind: 'issuer', issuer: 'http://login.example.com/', audience: 'users' } },
      'signIn.issuer holds "http://login.example.com/"; it must be an https URL without a fragment',
    ],
    [
      'a retention that CloudWatch does not have',
      { logRetentionDays: 8 },
      'logRetentionDays holds 8; it must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653',
    ],
    [
      'a worker without a stream',
      { worker: {} },
      'worker holds {}; it must be set only with a stream: set table.stream',
    ],
    [
      'live changes without a stream',
      { liveChanges: true, api: fargate },
      'liveChanges holds true; it must be true only with a stream: set table.stream',
    ],
    [
      'live changes through an HTTP API',
      { liveChanges: true, table: { name: 'users', stream: true } },
      'liveChanges holds true; it must be true only with api.front function-url or api.kind fargate: an HTTP API buffers answers',
    ],
    [
      'a function URL without a limit',
      { api: { kind: 'lambda', front: 'function-url' } },
      'api.reservedConcurrency is not set; it must be set with api.front function-url, which has no other limit of requests',
    ],
    [
      'a domain without a certificate',
      { api: { kind: 'fargate', domainName: 'api.example.com' } },
      'api.certificateArn is not set; it must be an ARN such as arn:aws:acm:us-east-1:111122223333:certificate/…',
    ],
    [
      'a certificate of another region',
      { region: 'eu-central-1', api: fargate },
      'api.certificateArn holds "arn:aws:acm:us-east-1:111122223333:certificate/1"; it must be a certificate of the region of the stage, eu-central-1',
    ],
    [
      'memory that Fargate does not have',
      { api: { ...fargate, cpu: 256, memoryMb: 4096 } },
      'api.memoryMb holds 4096; it must be with api.cpu 256 a multiple of 1024, from 512 to 2048',
    ],
    [
      'fewer tasks at most than at least',
      { api: { ...fargate, minTasks: 5, maxTasks: 2 } },
      'api.maxTasks holds 2; it must be a whole number from api.minTasks, here 5',
    ],
    [
      'two ways of notifying',
      { alarms: { email: 'ops@example.com', topicArn: 'arn:aws:sns:us-east-1:111122223333:alarms' } },
      'alarms.email holds "ops@example.com"; it must be absent if alarms.topicArn is set: subscribe to that topic instead',
    ],
  ])('are rejected with what is allowed: %s', (_, change, message) => {
    expect(messageOf({ ...minimal, ...change })).toBe(message);
  });

  it('are rejected with a line for each invalid setting', () => {
    expect(messageOf({ ...minimal, region: 'x', logLevel: 'LOUD' }).split('\n')).toHaveLength(2);
    expect(messageOf(undefined)).toBe('The file is not set; it must be an object');
  });
});

describe('the stages of this repository', () => {
  it.each(stageNames())('%s has valid settings', (stage) => {
    expect(readStage(stage).table.name).toContain(stage);
  });

  it('protect production', () => {
    expect(readStage('production')).toMatchObject({ isProtected: true, signIn: { mfa: 'required' } });
  });

  it('are listed in the error for an unknown stage', () => {
    expect(() => readStage('qa')).toThrow('There is no stage "qa": it may be production, staging');
  });
});
