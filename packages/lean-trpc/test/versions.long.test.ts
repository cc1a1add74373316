import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';

type Tests = typeof import('./twin-apps.js') & typeof import('./generated-requests.js');

/** Imports handler and tests with another version of tRPC, an alias in package.json. */
async function testsWith(trpc: string): Promise<Tests> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const outfile = path(`${trpc.replace('/', '-')}-${process.pid}.tmp.mjs`);
  onTestFinished(() => rm(outfile));
  await build({
    stdin: {
      contents: `export * from './twin-apps.js'; export * from './generated-requests.js';`,
      resolveDir: path('.'),
    },
    absWorkingDir: path('..'), // where aliases are resolved
    logLevel: 'silent',
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['fast-check', 'fastify', 'zod'],
    alias: { '@trpc/server': trpc },
  });
  return import(/* @vite-ignore */ outfile);
}

/** Sends requests to both handlers, and returns the share that the lean handler handled itself. */
async function shareOfPlain({ twinApps }: Tests, requests: InjectOptions[]): Promise<number> {
  const twins = twinApps({ allowMethodOverride: true });
  for (const request of requests) {
    const { official, lean } = await twins.send(request);
    expect({ ...lean, request }).toEqual({ ...official, request });
  }
  const share = twins.plainCount() / requests.length;
  await twins.close();
  return share;
}

it.each(['trpc-server-11.0', 'trpc-server-11.4', 'trpc-server-11.10', 'trpc-server-11.17', 'trpc-server-11.23'])(
  'passes every request to tRPC with %s',
  async (version) => {
    const tests = await testsWith(version);
    const generated = fc.sample(tests.generatedRequest, 200);
    expect(await shareOfPlain(tests, [...tests.unusualRequests, ...generated])).toBe(0);
  },
);

it('handles requests itself with the version that the workspace uses', async () => {
  const tests = await testsWith('@trpc/server');
  expect(await shareOfPlain(tests, tests.unusualRequests)).toBe(1);
});
