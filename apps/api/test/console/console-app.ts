import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localIssuer } from '@aws-starter-kit/local-api';
import { onTestFinished } from 'vitest';
import { type AppDependencies, buildApp } from '../../src/app.js';
import { jwtAuthentication } from '../../src/auth/jwt-authentication.js';
import { readEnv } from '../../src/env.js';
import { addConsole, type ConsoleOptions, consolePermissions } from '../../src/http/console.js';
import { permissionsOf } from '../../src/trpc/needed-permissions.js';
import { appRouter } from '../../src/trpc/router.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';

const issuer = await localIssuer();
const authenticate = jwtAuthentication(issuer);
const everything = [...permissionsOf(appRouter), ...consolePermissions].join(' ');

/** Returns the headers of a caller with these permissions. @default every permission */
export const headersOf = async (scope = everything) => ({ authorization: `Bearer ${await issuer.token({ scope })}` });

export const builtPage =
  '<!doctype html><title>Console</title><script type="module" src="/console/assets/index-3f.js"></script>';
export const builtScript = `console.log(${JSON.stringify('console '.repeat(500))});`;

/** Returns a folder with what a build makes. */
export function builtFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), builtPage);
  writeFileSync(path.join(folder, 'assets/index-3f.js'), builtScript);
  writeFileSync(path.join(folder, '.env'), 'SECRET=1');
  return folder;
}

interface ConsoleApp {
  variables?: Record<string, string>;
  settings?: Partial<AppDependencies>;
  console?: Partial<ConsoleOptions>;
}

/** Builds an API in development with the local issuer and a console, until the end of the test. */
export function consoleApp({ variables = {}, settings = {}, console = {} }: ConsoleApp = {}) {
  const env = readEnv({ CONSOLE: builtFolder(), ...variables });
  const { logger, lines } = capturedLogger();
  const { audit, trail } = capturedTrail();
  const app = buildApp({ logger, audit, authenticate, ...settings });
  onTestFinished(() => app.close());
  const issueToken = (seconds: number) =>
    issuer.token({ scope: everything, sub: 'developer', exp: Math.floor(Date.now() / 1000) + seconds });
  const pathOfConsole = addConsole(app, {
    env,
    authenticate,
    issueToken,
    rateLimit: settings.rateLimit,
    audit,
    ...console,
  });
  return { app, lines, trail, pathOfConsole };
}
