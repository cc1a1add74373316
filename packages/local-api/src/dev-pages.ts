import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A page of an API in development. */
export interface DevPage {
  readonly path: string;
  readonly type: string;
  /** Returns its text, given the URL of the API. */
  readonly load: (url: string) => Promise<string>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [html, script, json] = ['text/html; charset=utf-8', 'text/javascript; charset=utf-8', 'application/json'];

/**
 * Returns what an API shows a browser in development. The viewer of the OpenAPI document is Swagger UI. A container has
 * neither the viewer nor the generator of the document, so its pages only say so.
 */
export function devPages(): DevPage[] {
  if (!isInRepository()) return ['/', '/docs'].map((path) => ({ path, type: html, load: async () => elsewhere }));
  let document: Promise<string> | undefined;
  return [
    { path: '/', type: html, load: async (url) => home(url) },
    { path: '/docs', type: html, load: async () => viewer },
    { path: '/docs/start.js', type: script, load: async () => startViewer },
    { path: '/docs/swagger-ui.js', type: script, load: () => readViewer('swagger-ui-bundle.js') },
    { path: '/docs/swagger-ui.css', type: 'text/css', load: () => readViewer('swagger-ui.css') },
    {
      path: '/openapi.json',
      type: json,
      load: (url) => {
        document ??= openApiDocument(url); // the API starts anew with each edit
        return document;
      },
    },
  ];
}

const links = [
  ['/docs', 'Every procedure, with its input, output and errors: the OpenAPI document in Swagger UI'],
  ['/openapi.json', 'The document itself, for clients in other languages'],
  ['/livez', 'Health: the process runs'],
  ['/readyz', 'Health: the database answers'],
] as const;

const home = (url: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>API in development</title>
<style>body { font: 16px/1.5 system-ui; max-width: 44em; margin: 3em auto; padding: 0 1em; color-scheme: light dark }
code { font-size: 90% } pre { overflow: auto; padding: 1em; border: 1px solid }</style>
<h1>API in development</h1>
<p>tRPC runs under <code>/trpc</code>. This page exists in development only.</p>
<ul>
${links.map(([path, text]) => `<li><a href="${path}">${path}</a>: ${text}</li>`).join('\n')}
</ul>
<p>A call needs a token. Each start writes a new one:</p>
<pre>sed 's/^/Authorization: Bearer /' .local/api-token | curl -H @- ${escaped(url)}/trpc/users.count</pre>
<p>Start with <code>docs/README.md</code> in the repository. <code>docs/your-first-entity.md</code> adds an entity, step
by step; <code>docs/when-it-fails.md</code> explains each message.</p>
`;

const elsewhere = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>API in development</title>
<p>tRPC runs under <code>/trpc</code>. The pages for developers need the repository: run <code>pnpm dev</code> there.</p>
`;

const viewer = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Procedures of the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="viewer"></div>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
`;

const startViewer = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#viewer', persistAuthorization: false });\n";

/** Swagger UI is a development dependency of the repository, so that no deployment of the API contains it. */
const viewerFolder = () =>
  path.dirname(createRequire(path.join(root, 'package.json')).resolve('swagger-ui-dist/package.json'));

const readViewer = (name: string): Promise<string> => readFile(path.join(viewerFolder(), name), 'utf8');

function isInRepository(): boolean {
  try {
    return viewerFolder() !== '';
  } catch {
    return false;
  }
}

/** The generator of the document depends on the API, so it runs as a process. */
async function openApiDocument(url: string): Promise<string> {
  const args = [
    '--conditions=@aws-starter-kit/source',
    '--import',
    'tsx',
    'packages/openapi/src/cli.ts',
    '--server',
    url,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 16 * 2 ** 20 });
  return stdout;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
