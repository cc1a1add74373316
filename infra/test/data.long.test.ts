import { permissionsOf } from '@aws-starter-kit/api/permissions';
import { appRouter } from '@aws-starter-kit/api/router';
import { environmentVariables, tableDefinition } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { cognito, ofType, only, synthesized } from './synthesized.js';

const tableType = 'AWS::DynamoDB::Table';

/** The resource of the table, without what the stack adds to the definition of the models. */
const tableOf = (table: object) => only(synthesized({ table: { name: 'users-test', ...table } }).data, tableType);

describe('the table of a stage', () => {
  it.each([1, 2, 20])('has the keys and the %s indexes of the models', (indexes) => {
    const definition = tableDefinition('users-test', { indexes, stream: false });
    const { TableName, BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = tableOf({ indexes });
    expect({ TableName, BillingMode, AttributeDefinitions, KeySchema }).toEqual({
      TableName: definition.TableName,
      BillingMode: definition.BillingMode,
      AttributeDefinitions: definition.AttributeDefinitions,
      KeySchema: definition.KeySchema,
    });
    expect(GlobalSecondaryIndexes).toMatchObject(definition.GlobalSecondaryIndexes);
    expect(GlobalSecondaryIndexes).toHaveLength(indexes);
  });

  it('has the vector indexes of the models, which the API may search, and none otherwise', () => {
    const list = 'embedding:384:cosine,photo:512:euclidean';
    const { VectorIndexes, AttributeDefinitions } = tableOf({ vectors: list });
    const vectors = environmentVariables.DYNAMODB_VECTORS.parse(list);
    const definition = tableDefinition('users-test', { indexes: 2, stream: false, vectors });
    expect({ VectorIndexes, AttributeDefinitions }).toEqual({
      VectorIndexes: definition.VectorIndexes,
      AttributeDefinitions: definition.AttributeDefinitions,
    });
    const searches = (table: object) =>
      JSON.stringify(synthesized({ table: { name: 'users-test', ...table } }).api).includes('dynamodb:SearchVectors');
    expect([searches({ vectors: list }), searches({})]).toEqual([true, false]);
    expect(tableOf({}).VectorIndexes).toBeUndefined();
  });

  it('has a stream with both images if the stage wants one, and none otherwise', () => {
    expect(tableOf({ stream: true }).StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(tableOf({}).StreamSpecification).toBeUndefined();
  });

  it('expires items, and has point-in-time recovery for the period of the stage', () => {
    expect(tableOf({ recoveryDays: 7 })).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
    });
  });

  it('is kept in every stage when its stack is deleted, and has deletion protection in a protected stage', () => {
    for (const isProtected of [true, false]) {
      const [table] = ofType(synthesized({ isProtected }).data, tableType);
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { DeletionProtectionEnabled: isProtected },
      });
    }
  });

  it('has limits and warm throughput, itself and each index, only if the stage sets them', () => {
    const { OnDemandThroughput, WarmThroughput, GlobalSecondaryIndexes } = tableOf({
      maxReadUnits: 4000,
      maxWriteUnits: 1000,
      warmReadUnits: 13_000,
      warmWriteUnits: 5000,
    });
    const capacity = {
      OnDemandThroughput: { MaxReadRequestUnits: 4000, MaxWriteRequestUnits: 1000 },
      WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000 },
    };
    expect({ OnDemandThroughput, WarmThroughput }).toEqual(capacity);
    expect(GlobalSecondaryIndexes).toMatchObject([capacity, capacity]);
    expect(tableOf({})).not.toHaveProperty('OnDemandThroughput');
    expect(tableOf({})).not.toHaveProperty('WarmThroughput');
  });

  it('is encrypted with a rotated, retained key of the account if the stage says so', () => {
    const { data } = synthesized({ table: { name: 'users-test', key: 'customer-managed' } });
    expect(only(data, tableType).SSESpecification).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
    expect(ofType(data, 'AWS::KMS::Key')).toMatchObject([
      { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } },
    ]);
    const unprotected = synthesized({ isProtected: false, table: { name: 'users-test', key: 'customer-managed' } });
    expect(ofType(unprotected.data, 'AWS::KMS::Key')).toMatchObject([{ DeletionPolicy: 'Retain' }]); // as its table
    expect(ofType(synthesized().data, 'AWS::KMS::Key')).toEqual([]);
  });

  it('is replaced by a restored one for API and worker, and stays in its stack', () => {
    const streamArn = 'arn:aws:dynamodb:us-east-1:111122223333:table/users-restored/stream/2026-11-30T00:00:00.000';
    const { data, api } = synthesized({
      table: { name: 'users-test', stream: true, restored: { name: 'users-restored', streamArn } },
      worker: {},
    });
    expect(only(data, tableType).TableName).toBe('users-test');
    expect(only(api, 'AWS::Lambda::EventSourceMapping').EventSourceArn).toBe(streamArn);
    expect(JSON.stringify(api)).not.toContain('users-test');
  });

  it('exports nothing to the API stack, since CloudFormation cannot remove an export in use', () => {
    const { data, api } = synthesized({
      table: { name: 'users-test', stream: true, key: 'customer-managed' },
      signIn: { ...cognito, machines: { nightly: ['users:write'] } },
      worker: {},
    });
    expect(JSON.stringify(api)).not.toContain('Fn::ImportValue');
    expect(Object.values(data.Outputs ?? {}).filter((output) => 'Export' in output)).toEqual([]);
  });
});

describe('the user pool of a stage', () => {
  const permissions = permissionsOf(appRouter);
  const withMachine = () => synthesized({ signIn: { ...cognito, machines: { nightly: ['users:write'] } } });

  it('has a group for each permission of the router', () => {
    const groups = ofType(withMachine().data, 'AWS::Cognito::UserPoolGroup');
    expect(groups.map(({ Properties }) => Properties.GroupName).sort()).toEqual([...permissions].sort());
  });

  it('has a scope for each permission of the router, and grants a machine those of its setting only', () => {
    const { data } = withMachine();
    const { Identifier, Scopes } = only(data, 'AWS::Cognito::UserPoolResourceServer');
    expect((Scopes as { ScopeName: string }[]).map(({ ScopeName }) => ScopeName)).toEqual(permissions);
    const clients = ofType(data, 'AWS::Cognito::UserPoolClient').map(({ Properties }) => Properties);
    const machine = clients.find(({ GenerateSecret }) => GenerateSecret === true);
    expect(machine).toMatchObject({ AllowedOAuthFlows: ['client_credentials'] });
    expect(JSON.stringify(machine?.AllowedOAuthScopes)).toContain('/users:write');
    expect(machine?.AllowedOAuthScopes).toHaveLength(1);
    expect(Identifier).toBe('api');
  });

  it('grants people no scope of the API, since they could request every scope', () => {
    const signIn = { ...cognito, callbackUrls: ['https://app.example.com/'] };
    const [people] = ofType(synthesized({ signIn }).data, 'AWS::Cognito::UserPoolClient');
    expect(people?.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      GenerateSecret: false,
    });
  });

  it('admits only invited users, and requires a second factor unless the stage says otherwise', () => {
    expect(only(withMachine().data, 'AWS::Cognito::UserPool')).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
    });
  });

  it('rejects a machine with a permission that the router does not know', () => {
    const signIn = { ...cognito, machines: { nightly: ['invoices:read'] } };
    expect(() => synthesized({ signIn })).toThrow(
      `signIn.machines names the permission invoices:read; the API has ${permissions.join(', ')}`,
    );
  });

  it('is absent if the stage names another issuer', () => {
    expect(ofType(synthesized().data, 'AWS::Cognito::UserPool')).toEqual([]);
  });
});
