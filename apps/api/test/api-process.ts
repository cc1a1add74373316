import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { audience, runningIssuer } from './running-issuer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface ApiProcess {
  url: string;
  /** The headers of a caller with every permission. */
  headers: { authorization: string };
  /** Its output so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts the built API as in production: a process of its own on a free port, with an issuer of tokens. Resolves when
 * it listens. `pnpm test:long` builds it before; no test does, since others start from the same files.
 */
export async function startApi(
  env: Record<string, string>,
  program: string[] = ['--no-allocation-site-pretenuring', 'apps/api/dist/main.js'],
): Promise<ApiProcess> {
  const issuer = await runningIssuer();
  const auth = { AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: audience };
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', ...auth, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      issuer.stop();
      resolve({ code, signal });
    });
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const [, address] = /API at (http:\S+)\/trpc/.exec(output) ?? [];
      if (address === undefined) return;
      child.stdout.off('data', look); // a long output need not be searched again
      resolve(address);
    };
    child.stdout.on('data', look);
    ended.then(({ code }) => reject(new Error(`The API ended with ${code}: ${output}`)));
  });
  const headers = { authorization: `Bearer ${await issuer.token({ scope: 'users:admin' })}` };
  return { url, headers, output: () => output, kill: (signal) => child.kill(signal), ended };
}
