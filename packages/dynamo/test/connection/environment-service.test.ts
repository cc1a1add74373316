import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDynamoClient } from '../../src/connection/dynamo-client.js';
import { readEnvironment } from '../../src/connection/environment.js';
import { environmentService } from '../../src/connection/environment-service.js';
import { serviceOf } from '../../src/transport/lean/sdk.js';

const home = mkdtempSync(path.join(tmpdir(), 'home-'));
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const client = () => Promise.reject(new Error('The SDK is not needed'));

interface Place {
  region?: string;
  endpoint?: string;
  tableName?: string;
}
const ours = ({ region = 'us-east-1', endpoint, tableName = 'users' }: Place = {}) =>
  environmentService({ environment: readEnvironment(), region, endpoint, tableName, client });
const theirs = ({ region = 'us-east-1', endpoint, tableName = 'users' }: Place = {}) =>
  serviceOf(createDynamoClient({ region, ...(endpoint && { endpoint }) }), tableName)();

const regions = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
  ...['ap-east-1', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-7'],
  ...['af-south-1', 'il-central-1', 'me-central-1', 'me-south-1'],
];

describe('the service of the environment', () => {
  const places: Place[] = [
    ...regions.map((region) => ({ region })),
    { endpoint: 'http://localhost:8000' },
    { endpoint: 'http://127.0.0.1:8000/', region: 'eu-west-1' },
    { endpoint: 'https://dynamodb.internal.example/path' },
    { endpoint: 'https://vpce-1-abc.dynamodb.eu-west-1.vpce.amazonaws.com', region: 'eu-west-1' },
  ];
  it.each(places)('is the one that the SDK finds: $region $endpoint', async (place) => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    const [mine, sdk] = [ours(place), await theirs(place)];
    expect([mine?.url.href, mine?.region]).toEqual([sdk.url.href, sdk.region]);
    const { accessKeyId, secretAccessKey, sessionToken } = await sdk.credentials();
    expect(await mine?.credentials()).toEqual({ accessKeyId, secretAccessKey, sessionToken });
    expect(mine?.clock.systemClockOffset).toBe(sdk.clock.systemClockOffset);
  });

  it('has the dummies of createDynamoClient for an engine on this machine', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    const place = { endpoint: 'http://localhost:8000' };
    const { accessKeyId, secretAccessKey } = await (await theirs(place)).credentials();
    expect(await ours(place)?.credentials()).toEqual({ accessKeyId, secretAccessKey });
  });

  it('reads new credentials after a rejected token, and only then', async () => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'old');
    const service = ours();
    vi.stubEnv('AWS_SESSION_TOKEN', 'new');
    expect(await service?.credentials()).toMatchObject({ sessionToken: 'old' });
    expect(await service?.credentials({ forceRefresh: true })).toMatchObject({ sessionToken: 'new' });
    expect(await service?.credentials()).toMatchObject({ sessionToken: 'new' });
  });

  it('is there in a Lambda function', () => {
    const runtime = ['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_RUNTIME_API', 'AWS_EXECUTION_ENV', 'AWS_DEFAULT_REGION'];
    for (const name of [...runtime, 'AWS_XRAY_DAEMON_ADDRESS', 'AWS_SDK_UA_APP_ID']) vi.stubEnv(name, 'x');
    expect(ours()).toBeDefined();
  });

  it.each([
    ['AWS_PROFILE', 'work'],
    ['AWS_ACCOUNT_ID', '123456789012'],
    ['AWS_CREDENTIAL_EXPIRATION', '2030-01-01T00:00:00Z'],
    ['AWS_CREDENTIAL_SCOPE', 'us-east-1'],
    ['AWS_USE_FIPS_ENDPOINT', 'true'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'true'],
    ['AWS_ACCOUNT_ID_ENDPOINT_MODE', 'required'],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true'],
    ['AWS_DISABLE_CLOCK_SKEW_CORRECTION', 'true'],
    ['AWS_CONFIG_FILE', '/tmp/config'],
    ['AWS_SHARED_CREDENTIALS_FILE', '/tmp/credentials'],
    ['AWS_OF_A_LATER_SDK', '1'],
    ['AWS_SECRET_ACCESS_KEY', ''],
    ['AWS_ACCESS_KEY_ID', ''],
  ])('is left to the SDK with %s=%s', (name, value) => {
    expect(ours()).toBeDefined();
    vi.stubEnv(name, value);
    expect(ours()).toBeUndefined();
  });

  it.each([
    { region: 'cn-north-1' },
    { region: 'us-gov-west-1' },
    { region: 'us-iso-east-1' },
    { region: 'us-isob-east-1' },
    { region: 'eusc-de-east-1' },
    { region: 'local' },
    { tableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/users' },
  ])('is left to the SDK for $region $tableName', (place) => {
    expect(ours(place)).toBeUndefined();
  });

  it("is left to the SDK where the user has a folder of AWS's configuration", () => {
    expect(ours()).toBeDefined();
    mkdirSync(path.join(home, '.aws'));
    expect(ours()).toBeUndefined();
    rmSync(path.join(home, '.aws'), { recursive: true });
  });
});
