import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { startGuard } from '../src/guard.js';
import { startLocalDynamo } from '../src/index.js';
import { freePort } from '../src/ports.js';
import { enginePid, temporaryFolder } from './processes.js';

const cleanUps: (() => unknown)[] = [];
afterEach(() => Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp())));

const listTables = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.ListTables',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
};

async function startEngine(dataDir?: string) {
  const dynamo = await startLocalDynamo({ engine: 'dynoxide', ...(dataDir && { dataDir }) });
  cleanUps.push(dynamo.stop);
  return dynamo;
}

/** Starts a guard before a server of this test, and returns both ends of one connection. */
async function connectThrough() {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guard = startGuard();
  const port = await freePort();
  expect(await guard.listen(port, { host: '127.0.0.1', port: (server.address() as AddressInfo).port })).toBe(true);
  cleanUps.push(guard.close, () => server.close());

  const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const headers = Object.entries(listTables).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`); // in two pieces, as a network may deliver it
  setImmediate(() => client.write(`${headers.join('')}Content-Length: 2\r\n\r\n{}`));
  const [engine] = (await once(server, 'connection')) as [Socket];
  await once(engine, 'data');
  return { client, engine };
}

function post(endpoint: string, headers: http.OutgoingHttpHeaders, agent?: http.Agent) {
  return new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders; body: string }>(
    (resolve, reject) => {
      const request = http.request(endpoint, { method: 'POST', headers, ...(agent && { agent }) }, async (response) => {
        let body = '';
        for await (const chunk of response.setEncoding('utf8')) body += chunk;
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
      request.on('error', reject).end('{}');
    },
  );
}

it.each([{ origin: 'https://evil.example' }, { origin: 'http://localhost:5173' }, { host: 'evil.example' }])(
  'the local engine rejects a request with %j',
  async (header) => {
    const { endpoint } = await startEngine();
    const answer = await post(endpoint, { ...listTables, ...header });
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('AccessDeniedException') });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await post(endpoint, listTables)).status).toBe(200);
  },
);

it('one connection serves many requests', async () => {
  const { endpoint } = await startEngine();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  cleanUps.push(() => agent.destroy());
  const connections = vi.spyOn(agent, 'createConnection' as never);
  for (let count = 1; count <= 5; count++) expect((await post(endpoint, listTables, agent)).status).toBe(200);
  expect(connections).toHaveBeenCalledTimes(1);
});

it('the engine answers a process for which this thread waits', async () => {
  const { endpoint } = await startEngine();
  const program = `fetch(${JSON.stringify(endpoint)}, { method: 'POST', headers: ${JSON.stringify(listTables)}, body: '{}' })
    .then(({ status }) => console.log(status))`;
  const { stdout } = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8', timeout: 30_000 });
  expect(stdout).toBe('200\n');
});

it('connections are refused once the engine is dead', async () => {
  const dataDir = temporaryFolder();
  const { endpoint, died } = await startEngine(dataDir);
  process.kill(enginePid(dataDir), 'SIGKILL');
  await died;
  const codeOf = () => post(endpoint, listTables).then(String, ({ code }: NodeJS.ErrnoException) => code);
  await expect.poll(codeOf).toBe('ECONNREFUSED');
});

it('a client that resets its connection resets that of the engine', async () => {
  const { client, engine } = await connectThrough();
  client.resetAndDestroy();
  const [error] = (await once(engine, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

it('a client that ends its connection ends that of the engine, and still gets the answer', async () => {
  const { client, engine } = await connectThrough();
  client.end();
  engine.resume();
  await once(engine, 'end');
  engine.end('late');
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toBe('late');
});

it('an engine that resets its connection resets that of the client', async () => {
  const { client, engine } = await connectThrough();
  engine.resetAndDestroy();
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});
