import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sdkParts } from '../../../src/transport/lean/sdk.js';
import { PlainModel } from '../../models.js';
import { type Answer, scriptedServer } from '../../scripted-server.js';

const loadMs = 600;
let stop = async (): Promise<unknown> => undefined;
beforeEach(async () => {
  const parts = await sdkParts.load();
  vi.spyOn(sdkParts, 'loaded', 'get').mockReturnValue(undefined);
  // as on a function with little memory
  vi.spyOn(sdkParts, 'load').mockImplementation(async () => {
    await sleep(loadMs);
    return parts;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await stop();
});

it('a rejection that arrives in time is no lost answer, however long the SDK takes to be loaded for it', async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', '/nonexistent'); // all that a request needs is in the environment
  const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
  const rejection: Answer = { status: 400, body: `{"__type":"${type}","Item":{"id":{"S":"PLAIN#a"}}}` };
  const server = await scriptedServer(() => rejection);
  stop = server.stop;
  const model = new PlainModel({ endpoint: server.endpoint, tableName: 'scripted' });
  await expect(model.create({ ref: 'a' }, { deadlineMs: loadMs / 2 })).rejects.toMatchObject({
    name: 'UniqueConstraintError',
    attribute: 'id',
  });
  expect(server.seen).toHaveLength(1);
  expect(sdkParts.load).toHaveBeenCalled();
});
