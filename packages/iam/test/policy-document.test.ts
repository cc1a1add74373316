import { describe, expect, it } from 'vitest';
import { cloudFormationPolicy } from '../src/cloudformation-policy.js';
import { policyDocument, roles } from '../src/index.js';
import { dynamodbActions } from './dynamodb-actions.js';

const tableArn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/users';
const kmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const everything = { tableArn, streamArn: `${tableArn}/stream/*`, rateLimitTableArn: `${tableArn}-limits`, kmsKeyArn };
const reference = new Map((await dynamodbActions()).map((one) => [one.action, one]));
const sidsOf = (...args: Parameters<typeof policyDocument>) => policyDocument(...args).Statement.map(({ Sid }) => Sid);

describe.each(roles)('the policy of %s', (role) => {
  const { Statement: statements } = policyDocument(role, everything);

  it('has unique Sids of letters and digits, and each action once per statement', () => {
    const sids = statements.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    for (const { Sid, Action } of statements) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect([...new Set(Action)].sort()).toEqual(Action);
    }
  });

  it('names only actions, kinds of resources and condition keys that AWS defines', () => {
    const ofDynamoDB = statements.filter(({ Action: [action = ''] }) => action.startsWith('dynamodb:'));
    for (const { Action, Resource, Condition = {} } of ofDynamoDB) {
      for (const action of Action) {
        const { resourceTypes = [], conditionKeys = [] } = reference.get(action) ?? expect.unreachable(action);
        const [resource = ''] = Resource;
        const kind = resource.includes('/index/') ? 'index' : resource.includes('/stream/') ? 'stream' : 'table';
        if (resource === '*') expect(resourceTypes, action).toEqual([]);
        else expect(resourceTypes, action).toContain(kind);
        const keys = Object.values(Condition).flatMap((condition) => Object.keys(condition));
        for (const key of keys) expect(conditionKeys, action).toContain(key);
      }
    }
  });

  it('fits into a policy of IAM', () => {
    expect(JSON.stringify(policyDocument(role, everything)).length).toBeLessThan(6144); // of a managed policy
  });
});

describe('policyDocument', () => {
  it('includes live changes and shared rate limits of the API only if it has them', () => {
    const always = ['ReadEntities', 'QueryEntities', 'WriteEntities', 'DeleteBatches'];
    expect(sidsOf('api', { tableArn })).toEqual(always);
    expect(sidsOf('api', everything)).toEqual([...always, 'FindStream', 'ReadStream', 'CountCalls', 'UseKey']);
    expect(sidsOf('cli', { tableArn, streamArn: everything.streamArn })).not.toContain('ReadStream');
  });

  it('gives the worker all streams of the table, or the one that is named', () => {
    const streamOf = (streamArn?: string) =>
      policyDocument('worker', { tableArn, streamArn }).Statement.find(({ Sid }) => Sid === 'ReadStream')?.Resource;
    expect(streamOf()).toEqual([`${tableArn}/stream/*`]);
    expect(streamOf(`${tableArn}/stream/1`)).toEqual([`${tableArn}/stream/1`]);
  });

  it('lets a role use the key of the table through DynamoDB only', () => {
    const statement = policyDocument('cli', { tableArn, kmsKeyArn }).Statement.at(-1);
    expect(statement).toMatchObject({
      ...{ Action: ['kms:Decrypt'], Resource: [kmsKeyArn] },
      Condition: { StringLike: { 'kms:ViaService': ['dynamodb.*.amazonaws.com'] } },
    });
  });

  it('limits the mark and the checkpoints to their items', () => {
    const idsOf = (role: 'table' | 'follower') =>
      policyDocument(role, { tableArn }).Statement.flatMap(({ Condition }) => (Condition ? [Condition] : []));
    const like = (id: string) => [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [id] } }];
    expect(idsOf('table')).toEqual(like('UNIQUE#'));
    expect(idsOf('follower')).toEqual(like('#CHECKPOINT#*'));
  });
});

it('a template names the partition, region and account of its stack', () => {
  const template = JSON.stringify(cloudFormationPolicy('doctor', { table: 'users', region: 'x', partition: 'aws' }));
  const arn = `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/users`;
  expect(template).toContain(`"Resource":[{"Fn::Sub":"${arn}"}]`);
  const given = cloudFormationPolicy('doctor', {
    table: 'users',
    region: 'x',
    partition: 'aws',
    account: '111122223333',
  });
  expect(JSON.stringify(given)).toContain('"arn:aws:dynamodb:x:111122223333:table/users"');
});
