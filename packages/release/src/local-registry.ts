import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface LocalRegistry {
  readonly url: string;
  /** Returns the published packages, such as `@aws-starter-kit/dynamo@0.2.0`. */
  published(): string[];
  stop(): Promise<void>;
}

/** The document that npm sends to publish a version, and receives to install one. */
interface Packument {
  name: string;
  versions: Record<string, { dist: { tarball: string } }>;
  'dist-tags': Record<string, string>;
  _attachments?: Record<string, { data: string }>;
}

/**
 * Starts an in-memory registry on this machine. It stores published packages, and redirects requests for all others to
 * the configured registry.
 */
export async function startLocalRegistry({ upstream }: { upstream: string }): Promise<LocalRegistry> {
  const packages = new Map<string, Packument>();
  const tarballs = new Map<string, Buffer>();
  let url = '';

  const publish = (sent: Packument): void => {
    const { _attachments = {}, ...document } = sent;
    for (const [file, { data }] of Object.entries(_attachments)) {
      tarballs.set(`/${sent.name}/-/${file}`, Buffer.from(data, 'base64'));
    }
    for (const version of Object.values(document.versions)) {
      const file = Object.keys(_attachments)[0] ?? '';
      version.dist.tarball = `${url}${sent.name}/-/${file}`;
    }
    const before = packages.get(sent.name);
    packages.set(sent.name, {
      ...document,
      versions: { ...before?.versions, ...document.versions },
      'dist-tags': { ...before?.['dist-tags'], ...document['dist-tags'] },
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(request.url ?? '/').split('?')[0] ?? '/';
    const tarball = tarballs.get(path);
    const document = packages.get(path.slice(1));
    if (request.method === 'PUT') {
      publish(JSON.parse(await text(request)));
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    } else if (tarball) response.end(tarball);
    else if (document) response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    else response.writeHead(302, { location: new URL(request.url ?? '/', upstream).href }).end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    published: () =>
      [...packages.values()].flatMap(({ name, versions }) => Object.keys(versions).map((one) => `${name}@${one}`)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
