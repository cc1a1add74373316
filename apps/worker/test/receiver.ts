import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Received {
  readonly id: string | string[] | undefined;
  readonly body: string;
  readonly type: string;
  readonly data: { readonly id: string; readonly version: number };
}

/** Starts a receiver of webhooks, which verifies their signatures, and rejects the webhooks of the given users. */
export async function startReceiver(rejected: readonly string[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    new Webhook(secret).verify(body, request.headers as Record<string, string>);
    const event = JSON.parse(body);
    const isRejected = rejected.includes(event.data.id);
    if (!isRejected) received.push({ id: request.headers['webhook-id'], body, ...event });
    response.writeHead(isRejected ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
