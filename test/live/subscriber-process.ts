import { Agent, get } from 'node:http';

/** The events of one subscriber. */
export interface Received {
  resets: number;
  readonly versions: number[];
  /** The time of each version, in milliseconds since 1970. */
  readonly at: number[];
}

/** A message to the process. It answers `ready` once each subscriber has its reset, or reports all events. */
export type Order =
  | { readonly subscribe: string; readonly tokens: readonly string[]; readonly each: number }
  | 'report';
export type Report = 'ready' | readonly Received[];

const agent = new Agent();
const all: Received[] = [];

/** Subscribes with a plain request, and records the versions. This costs less than a client, and there are many. */
function subscribe(url: string, token: string): Received {
  const received: Received = { resets: 0, versions: [], at: [] };
  const request = get(url, { agent, headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } });
  request.on('error', () => {}); // at the end
  request.on('response', (response) => {
    let rest = '';
    response.on('error', () => {});
    response.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.includes('"type":"reset"')) received.resets++;
        const version = Number(/^data: .*"type":"updated".*?"version":(\d+)/.exec(line)?.[1]);
        if (!version) continue;
        received.versions.push(version);
        received.at.push(Date.now());
      }
    });
  });
  return received;
}

const tell = (report: Report) => process.send?.(report);

process.on('message', async (order: Order) => {
  if (order === 'report') {
    tell(all);
    return;
  }
  for (const token of order.tokens) {
    const some = Array.from({ length: order.each }, () => subscribe(order.subscribe, token));
    all.push(...some);
    while (some.some(({ resets }) => resets === 0)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  tell('ready');
});
