import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseApiPort, PortError } from '../src/choose-api-port.js';

let server: Server;
let taken: number;
beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  taken = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const print = () => {};

it('takes the port that is given, or any for 0', async () => {
  const { port } = await chooseApiPort({ PORT: '0' }, print);
  expect(await chooseApiPort({ PORT: String(port) }, print)).toEqual({ port, isOther: false });
});

it('rejects a given port that is taken, and names the process that has it', async () => {
  const choice = chooseApiPort({ PORT: String(taken) }, print);
  await expect(choice).rejects.toThrow(PortError);
  await expect(choice).rejects.toThrow(`Port ${taken} is taken by process ${process.pid} (`);
});

it('takes a free port if the default one is taken, and says so', async () => {
  const printed: string[] = [];
  const choice = await chooseApiPort({}, (text) => printed.push(text), taken);
  expect(choice).toEqual({ port: expect.any(Number), isOther: true });
  expect(choice.port).not.toBe(taken);
  expect(printed).toEqual([
    expect.stringMatching(`^Port ${taken} is taken by process .*: the API takes port ${choice.port}\\.$`),
  ]);
});

it.each(['http', '65536', '-1', '3.5'])('rejects the port %j', async (PORT) => {
  await expect(chooseApiPort({ PORT }, print)).rejects.toThrow(/^PORT holds ".*"; it may hold a whole number/);
});
