import { type PolicyOptions, policyDocument } from '@aws-starter-kit/iam';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../apps/api/src/env.js';
import { readWorkerEnv } from '../../apps/worker/src/worker-env.js';
import type { StageFile } from '../src/settings.js';
import {
  account,
  cognito,
  fargate,
  functionUrl,
  ofType,
  only,
  synthesized,
  type Template,
  textOf,
} from './synthesized.js';

const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/users-test`;
const withStream = { name: 'users-test', stream: true };

/** The parts of the stream's ARN come from the other stack, at deployment. */
const isStream = /^\$\{.*StreamArn.*\}$/;

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Returns the DynamoDB permissions in the policies of a template, by the resource that has the policy. */
function tableStatements({ Resources }: Template): { id: string; statements: object[] }[] {
  return Object.entries(Resources).flatMap(([id, { Properties = {} }]) => {
    const inline = (Properties.Policies ?? []) as { PolicyDocument: unknown }[];
    const documents = [...inline.map(({ PolicyDocument }) => PolicyDocument), Properties.PolicyDocument];
    const statements = documents.flatMap((document) => (Object(document).Statement ?? []) as Statement[]);
    const ofTable = statements.filter(({ Action }) =>
      [Action].flat().some((action) => /^(dynamodb|kms):|^\*$/.test(action)),
    );
    return ofTable.length === 0 ? [] : [{ id, statements: ofTable.map(normalized) }];
  });
}

const normalized = ({ Action, Resource, Condition }: Statement) => ({
  actions: [Action].flat().sort(),
  resources: [Resource].flat().map(textOf).map(named),
  ...(Condition !== undefined && { condition: Condition }),
});

/** Returns a name for an ARN that is known only at deployment. */
function named(arn: string): string {
  if (isStream.test(arn)) return 'STREAM';
  if (/^\$\{.*TableKey.*\}$/.test(arn)) return 'KEY';
  return /^\$\{.*RateLimits.*\}$/.test(arn) ? 'LIMITS' : arn;
}

const wanted = (role: 'api' | 'worker', options: Partial<PolicyOptions> = {}) =>
  policyDocument(role, { tableArn, ...options }).Statement.map(normalized);

/** Returns the variables of the only function, or container, of the API. Parts that CloudFormation fills in get a text. */
function environmentOf(template: Template, kind: 'lambda' | 'fargate'): Record<string, string> {
  if (kind === 'fargate') {
    const { ContainerDefinitions } = only(template, 'AWS::ECS::TaskDefinition');
    const [{ Environment }] = ContainerDefinitions as [{ Environment: { Name: string; Value: unknown }[] }];
    return Object.fromEntries(Environment.map(({ Name, Value }) => [Name, filled(Value)]));
  }
  const api = functionOf(template, 'The API');
  return Object.fromEntries(Object.entries(variablesOf(api)).map(([name, value]) => [name, filled(value)]));
}

const filled = (value: unknown) => textOf(value).replaceAll(/\$\{.*?\}+/g, 'x-1');
const variablesOf = (properties: Record<string, unknown>) =>
  (properties.Environment as { Variables: Record<string, unknown> }).Variables;

function functionOf(template: Template, description: string): Record<string, unknown> {
  const functions = ofType(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  const found = functions.find((properties) => String(properties.Description).startsWith(description));
  if (found === undefined) throw new Error(`No function of ${functions.length} is ${description}`);
  return found;
}

describe('the permissions of a stage on its table', () => {
  it.each<[string, Partial<StageFile>, object[]]>([
    ['a function', {}, [wanted('api')]],
    [
      'a function that sends live changes',
      { api: functionUrl, table: withStream, liveChanges: true },
      [wanted('api', { streamArn: 'STREAM' })],
    ],
    [
      'a function and a worker',
      { table: withStream, worker: {} },
      [wanted('api'), wanted('worker', { streamArn: 'STREAM' })],
    ],
    ['containers', { api: fargate }, [wanted('api')]],
    [
      'containers that send live changes',
      { api: fargate, table: withStream, liveChanges: true },
      [wanted('api', { streamArn: 'STREAM' })],
    ],
    [
      'a key of the account',
      { table: { name: 'users-test', key: 'customer-managed' } },
      [wanted('api', { kmsKeyArn: 'KEY' })],
    ],
    ['a shared rate limit', { sharedRateLimit: true }, [wanted('api', { rateLimitTableArn: 'LIMITS' })]],
  ])('is exactly what its code needs: %s', (_, change, statements) => {
    const { api, data } = synthesized(change);
    const isKey = (id: string) => id.startsWith('TableKey'); // its own policy lets the account's IAM decide
    const all = [...tableStatements(api), ...tableStatements(data)].filter(({ id }) => !isKey(id));
    const granted = all.map((one) => one.statements);
    expect(granted).toEqual(statements);
  });
});

describe('the API of a stage', () => {
  it.each<[string, Partial<StageFile>]>([
    ['as a function', { signIn: { ...cognito, machines: { nightly: ['users:read'] } } }],
    ['as a function with a shared rate limit', { sharedRateLimit: true, corsOrigins: ['https://app.example.com'] }],
    ['as containers', { api: fargate, table: withStream, liveChanges: true }],
  ])('gets variables that it accepts in production: %s', (_, change) => {
    const kind = change.api?.kind ?? 'lambda';
    const variables = environmentOf(synthesized(change).api, kind);
    const env = readEnv(variables);
    expect(env).toMatchObject({
      NODE_ENV: 'production',
      SERVICE_NAME: 'aws-starter-kit-test',
      DYNAMODB_TABLE: 'users-test',
    });
    expect(env.AUTH_ISSUER).toMatch(/^https:/);
    const ofLambda = { AWS_REGION: 'us-east-1' };
    expect(Object.keys(variables).filter((name) => !(name in { ...env, ...ofLambda }))).toEqual([]);
  });

  it('on Lambda runs on ARM, logs JSON, is traced, and has the log retention of the stage', () => {
    const { api } = synthesized();
    expect(functionOf(api, 'The API')).toMatchObject({
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'Text' },
      TracingConfig: { Mode: 'Active' },
      Timeout: 15,
    });
    for (const { Properties } of ofType(api, 'AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(90);
  });

  it('behind an HTTP API has a limit of requests, and an access log without IP addresses and paths', () => {
    const { api } = synthesized();
    const stage = only(api, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toContain('status');
    expect(Format).not.toMatch(/ip|path|resource|userAgent|authorizer|routeKey/i);
  });

  it('behind a function URL streams, and has a limit of concurrent requests', () => {
    const { api } = synthesized({ api: functionUrl, table: withStream, liveChanges: true });
    expect(only(api, 'AWS::Lambda::Url')).toMatchObject({ AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' });
    expect(functionOf(api, 'The API')).toMatchObject({
      Handler: 'index.streamHandler',
      ReservedConcurrentExecutions: 50,
      Timeout: 900,
    });
    expect(ofType(api, 'AWS::ApiGatewayV2::Api')).toEqual([]);
  });

  it('on Fargate has only a TLS listener, and trusts only the subnets of its load balancer', () => {
    const { api } = synthesized({ api: fargate });
    expect(ofType(api, 'AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => Properties)).toMatchObject([
      { Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: fargate.certificateArn }] },
    ]);
    const subnets = ofType(api, 'AWS::EC2::Subnet').map(({ Properties }) => Properties);
    const isPublic = ({ Tags }: Record<string, unknown>) => JSON.stringify(Tags).includes('"Public"');
    const blocks = subnets.filter(isPublic).map(({ CidrBlock }) => CidrBlock);
    expect(blocks).toHaveLength(2);
    expect(environmentOf(api, 'fargate').TRUST_PROXY?.split(',')).toEqual(blocks);
  });

  it('on Fargate cannot write files, is rolled back if it does not start, and has time to shut down', () => {
    const { api } = synthesized({ api: fargate });
    const { ContainerDefinitions } = only(api, 'AWS::ECS::TaskDefinition');
    expect(ContainerDefinitions).toMatchObject([{ ReadonlyRootFilesystem: true, StopTimeout: 30 }]);
    const service = only(api, 'AWS::ECS::Service');
    expect(service).toMatchObject({
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
    expect(only(api, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      HealthCheckPath: '/livez',
      TargetGroupAttributes: expect.arrayContaining([{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }]),
    });
  });
});

describe('the worker of a stage', () => {
  const webhook = {
    url: 'https://hooks.example.com/',
    secretArn: `arn:aws:secretsmanager:us-east-1:${account}:secret:w-AbCdEf`,
    secretVersion: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111',
  };

  it('starts at the oldest change, reports each failure, and sends discarded changes to a queue', () => {
    const { api } = synthesized({
      table: withStream,
      worker: { batchSize: 50, parallelBatchesPerShard: 2, retries: 7 },
    });
    const mapping = only(api, 'AWS::Lambda::EventSourceMapping');
    expect(textOf(mapping.EventSourceArn)).toMatch(isStream);
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      BatchSize: 50,
      ParallelizationFactor: 2,
      MaximumRetryAttempts: 7,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('GivenUp'), 'Arn'] } } },
    });
    expect(only(api, 'AWS::SQS::Queue')).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it('gets valid variables, and a secret that is in no template', () => {
    const { api } = synthesized({ table: withStream, worker: { webhook } });
    const variables = variablesOf(functionOf(api, 'Handles the changes'));
    expect(variables.WEBHOOK_SECRET).toBe(
      `{{resolve:secretsmanager:${webhook.secretArn}:SecretString:::${webhook.secretVersion}}}`,
    );
    const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;
    const env = readWorkerEnv({ ...(variables as Record<string, string>), WEBHOOK_SECRET: secret });
    expect(env).toMatchObject({ serviceName: 'aws-starter-kit-test-worker', webhook: { url: webhook.url } });
  });

  it('is absent unless the stage sets it', () => {
    expect(ofType(synthesized({ table: withStream }).api, 'AWS::Lambda::EventSourceMapping')).toEqual([]);
  });
});
