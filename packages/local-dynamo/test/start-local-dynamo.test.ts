import { once } from 'node:events';
import { existsSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  DataDirInUseError,
  EndpointError,
  EngineDiedError,
  InvalidOptionError,
  type LocalDynamoOptions,
  PortTakenError,
  startLocalDynamo,
} from '../src/index.js';
import { identify, isRunning } from '../src/process-identity.js';
import { readNote, writeNote } from './notes.js';
import { enginePid, temporaryFolder } from './processes.js';

const stops: (() => Promise<void>)[] = [];

async function start(options: LocalDynamoOptions = {}) {
  const dynamo = await startLocalDynamo({ engine: 'dynoxide', ...options });
  stops.push(dynamo.stop);
  return dynamo;
}

/** Starts a server that is not a DynamoDB. */
async function startAnotherServer() {
  const server = http.createServer((_request, response) => response.writeHead(404).end('no')).listen(0, '127.0.0.1');
  stops.push(async () => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

describe('data', () => {
  it('survive a restart in a data folder', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    await writeNote(first.endpoint, 'still here');
    await first.stop();

    const second = await start({ dataDir });
    expect(await readNote(second.endpoint)).toBe('still here');
  });

  it('are gone after a restart without one', async () => {
    const first = await start();
    const port = Number(new URL(first.endpoint).port);
    await writeNote(first.endpoint, 'gone');
    await first.stop();

    const second = await start({ port });
    expect(second.endpoint).toBe(first.endpoint);
    expect(await readNote(second.endpoint)).toBeUndefined();
  });

  it('cannot be shared by two engines', async () => {
    const dataDir = temporaryFolder();
    const { endpoint } = await start({ dataDir });
    const error = await start({ dataDir }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataDirInUseError);
    expect(String(error)).toContain(`which process ${process.pid} started`);
    expect(String(error)).toContain(`AWS_ENDPOINT_URL=${endpoint}`);
  });

  it('have one engine if two start at the same time', async () => {
    const dataDir = temporaryFolder();
    const starts = await Promise.allSettled([start({ dataDir }), start({ dataDir })]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('are released if a start fails', async () => {
    const dataDir = temporaryFolder();
    const { endpoint } = await start();
    await expect(start({ dataDir, port: Number(new URL(endpoint).port) })).rejects.toThrow(PortTakenError);
    await expect(start({ dataDir })).resolves.toMatchObject({ engine: 'dynoxide' });
  });
});

describe('the port', () => {
  it('is on the loopback address only', async () => {
    const { endpoint } = await start();
    expect(new URL(endpoint).hostname).toBe('127.0.0.1');
  });

  it('that is taken is an error that names its process and the alternative', async () => {
    const port = await startAnotherServer();
    const error = await start({ port }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(PortTakenError);
    expect(String(error)).toContain(`Port ${port} is taken by process ${process.pid} (`);
    expect(String(error)).toContain('choose another port');
  });

  it.each([-1, 1.5, 65_536, Number.NaN])('%s is rejected', async (port) => {
    await expect(start({ port })).rejects.toThrow(InvalidOptionError);
  });
});

describe('stop', () => {
  it('leaves no process and no record, and can be called twice', async () => {
    const dataDir = temporaryFolder();
    const { stop, endpoint } = await start({ dataDir });
    const engine = identify(enginePid(dataDir));
    await Promise.all([stop(), stop()]);
    await stop();
    expect(engine && isRunning(engine)).toBe(false);
    expect(existsSync(`${dataDir}/engine.json`)).toBe(false);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('does not resolve died', async () => {
    const { stop, died } = await start();
    await stop();
    await expect(Promise.race([died, 'stopped'])).resolves.toBe('stopped');
  });

  it('is not needed after the engine died, which resolves died', async () => {
    const dataDir = temporaryFolder();
    const { died, stop } = await start({ dataDir });
    process.kill(enginePid(dataDir), 'SIGKILL');
    const death = await died;
    expect(death).toBeInstanceOf(EngineDiedError);
    expect(death.message).toContain('dynoxide was killed by SIGKILL. Its last output:\nDynoxide listening on');
    await stop();
  });
});

describe('AWS_ENDPOINT_URL', () => {
  it('is used, and nothing is started or stopped', async () => {
    const { endpoint } = await start();
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    const given = await startLocalDynamo();
    expect(given).toMatchObject({ endpoint, engine: 'endpoint' });
    await given.stop();
    expect(await readNote(endpoint)).toBeUndefined(); // it still answers
  });

  it('is ignored if an engine is requested', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect((await start()).engine).toBe('dynoxide');
  });

  it('at which nothing answers is an error', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    await expect(startLocalDynamo()).rejects.toThrow(
      'AWS_ENDPOINT_URL is http://127.0.0.1:1, but nothing answers there (ECONNREFUSED).',
    );
  });

  it('at which another server answers is an error', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${await startAnotherServer()}`);
    const error = await startLocalDynamo().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(EndpointError);
    expect(String(error)).toContain('the server there is not a DynamoDB (HTTP 404)');
  });

  it('that is not a URL is an error', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'localhost:8000');
    await expect(startLocalDynamo()).rejects.toThrow('AWS_ENDPOINT_URL is localhost:8000, but that is not a URL');
  });
});
