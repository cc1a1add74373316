import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * - `lostRequest`, `lostReply`: the connection ends before or after the request is carried out
 * - `late`: the connection ends at once, and the request arrives later
 * - `double`: the request arrives a second time, later
 * - `delay`: the request arrives late, and is answered
 */
const faults = ['lostRequest', 'lostReply', 'late', 'double', 'delay'] as const;
type Fault = (typeof faults)[number];

export interface HostileProxy {
  readonly url: string;
  /** The numbers of faults by kind, and of all requests. */
  readonly counts: Readonly<Record<Fault | 'requests', number>>;
  /** Resolves when every request has been answered, including late ones. */
  settled(): Promise<void>;
  stop(): void;
}

interface ProxyOptions {
  readonly target: string;
  readonly random: () => number;
  /** The share of requests with a fault. */
  readonly rate: number;
  /** The longest delay of a request. */
  readonly longestMs: number;
  /** A header that it removes from each request. */
  readonly removed?: string;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Starts a proxy that loses, delays and duplicates requests and answers, with the faults of a random sequence. */
export async function hostileProxy({ target, random, rate, longestMs, removed }: ProxyOptions): Promise<HostileProxy> {
  const counts = { requests: 0, lostRequest: 0, lostReply: 0, late: 0, double: 0, delay: 0 };
  const underWay = new Set<Promise<unknown>>();
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);

  function watched<T>(work: Promise<T>): Promise<T> {
    const end: Promise<unknown> = work.catch(() => {}).finally(() => underWay.delete(end));
    underWay.add(end);
    return work;
  }
  const later = (send: () => Promise<unknown>) => {
    watched(sleep(random() * longestMs).then(send)).catch(() => {}); // the target is down
  };

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url: path, headers } = incoming;
    if (removed) delete headers[removed];
    const body = await buffer(incoming);
    const send = () =>
      watched(
        new Promise<Answer>((resolve, reject) => {
          const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
            buffer(answer).then(
              (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
              reject,
            );
          });
          sent.on('error', reject);
          sent.end(body);
        }),
      );
    const fault = random() < rate ? faults[Math.floor(random() * faults.length)] : undefined;
    counts.requests++;
    if (fault) counts[fault]++;
    if (fault === 'delay') await sleep(random() * longestMs);
    if (fault === 'late' || fault === 'double') later(send);
    if (fault === 'late' || fault === 'lostRequest') return void outgoing.destroy();
    const answer = await send();
    if (fault === 'lostReply') outgoing.destroy();
    else outgoing.writeHead(answer.status, withoutHops(answer.headers)).end(answer.body);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** Headers of one connection, or of a body encoding that the proxy has removed. */
const withoutHops = ({ connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers }: Answer['headers']) =>
  headers;
