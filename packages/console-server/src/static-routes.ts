import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BuiltFile, BuiltFiles, Encoding } from './built-files.js';
import { notFound } from './not-found.js';

/** The browser asks again after a second. */
const beingBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Console</title>
<p>The console is being built. This page comes back by itself.</p>
`;

const assets = 'assets/';
const api = 'api/';

/**
 * Adds the files of the console below its prefix. A path that names no file is a view of the console, which gets its
 * page.
 */
export function addStaticRoutes(app: FastifyInstance, files: BuiltFiles, policyOfPages: () => Promise<string>): void {
  app.get('', (request, reply) => reply.redirect(`${request.routeOptions.url}/`, 302));
  app.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const policy = await policyOfPages();
    const [pathname = ''] = request.url.split('?', 1);
    const name = pathname.slice(pathname.indexOf('/', 1) + 1);
    const file = await files.find(name);
    if (file) {
      // Vite puts a hash of the content into the names of assets
      const cacheControl = name.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache';
      return send(file, request, reply.headers({ 'cache-control': cacheControl, 'content-security-policy': policy }));
    }
    if (!isView(name, request)) throw notFound();
    const page = await files.find('index.html');
    if (!page && files.mayBeMissing)
      return reply.code(503).headers({ refresh: '1' }).type('text/html').send(beingBuilt);
    if (!page) throw notFound();
    return send(page, request, reply.headers({ 'cache-control': 'no-cache', 'content-security-policy': policy }));
  });
}

/** Returns whether a path may be that of a view. An id in it may have dots, so that only a browser's wish for a page tells. */
const isView = (name: string, { headers }: FastifyRequest): boolean =>
  !name.startsWith(assets) &&
  !name.startsWith(api) &&
  (!name.includes('.') || /\btext\/html\b/.test(headers.accept ?? ''));

async function send(file: BuiltFile, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const encoding = encodingOf(headers['accept-encoding']);
  const etag = `"${file.etag}${encoding === 'identity' ? '' : `-${encoding}`}"`;
  reply.headers({ etag, vary: 'accept-encoding' });
  if (headers['if-none-match']?.split(/\s*,\s*/).some((known) => known.replace(/^W\//, '') === etag))
    return reply.code(304).send();
  const identity = await file.encoded('identity');
  const body = await file.encoded(encoding);
  if (body !== identity) reply.header('content-encoding', encoding);
  return reply.type(file.type).send(body);
}

/** Returns the best encoding that a client accepts. One with a weight of 0 is not accepted. */
function encodingOf(accepted = ''): Encoding {
  const names = accepted
    .toLowerCase()
    .split(',')
    .filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';', 1)[0]?.trim());
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : 'identity';
}
