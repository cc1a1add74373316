import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** The reaction of the server to one request: an answer, or with `cut`, a socket that is closed after `body`. */
export interface Answer {
  status?: number;
  headers?: http.OutgoingHttpHeaders;
  body?: string;
  cut?: boolean;
}

/**
 * A server on this machine that answers by a script, for answers that no engine gives: bodies that are not JSON, wrong clocks, expired
 * tokens, broken connections.
 */
export async function scriptedServer(
  script: (request: Seen, at: number) => Answer | Promise<Answer>,
  host = '127.0.0.1',
) {
  const seen: Seen[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
    const at = seen.push(one) - 1;
    const { status = 200, headers = {}, body = '{}', cut = false } = await script(one, at);
    response.writeHead(status, { 'x-amzn-requestid': 'REQUEST', ...headers });
    if (cut) response.write(body, () => response.destroy());
    else response.end(body);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port, family } = server.address() as AddressInfo;
  return {
    endpoint: `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
