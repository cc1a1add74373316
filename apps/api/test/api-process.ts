import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { audience, runningIssuer } from './running-issuer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface ApiProcess {
  url: string;
  /** Of somebody who may do everything. */
  headers: { authorization: string };
  /** All that it wrote so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Settles when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the API, as `pnpm test:long` has built it (no test builds: others start from the same files), as a process of its own, as in production, with an issuer of tokens, on a free port, and waits until it listens. */
export async function startApi(
  env: Record<string, string>,
  program: string[] = ['apps/api/dist/main.js'],
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
      child.stdout.off('data', look); // a long output is not searched again and again
      resolve(address);
    };
    child.stdout.on('data', look);
    ended.then(({ code }) => reject(new Error(`The API ended with ${code}: ${output}`)));
  });
  const headers = { authorization: `Bearer ${await issuer.token({ scope: 'users:admin' })}` };
  return { url, headers, output: () => output, kill: (signal) => child.kill(signal), ended };
}
