import type { AddressInfo } from 'node:net';
import { Logger } from '@aws-lambda-powertools/logger';
import { buildApp, jwtAuthentication, makeServices } from '@aws-starter-kit/api/app';
import { createApiClient } from '@aws-starter-kit/client';
import { localIssuer } from '@aws-starter-kit/local-api';
import { UserModel, UserService } from '@aws-starter-kit/users';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { capturedTrail } from '../../apps/api/test/captured-trail.js';
import { freshTable } from '../fresh-table.js';
import { nothingYet, sequences } from './commands.js';
import { byClient, byModel, byService, type Driver } from './drivers.js';

const runs = 8;
const commandsInARun = 40;

/** Runs sequences of commands, each on a table of its own, and shrinks the first that the contract does not allow. */
async function holds(driverOf: (model: UserModel) => Promise<{ driver: Driver; close?: () => Promise<void> }>) {
  const property = fc.asyncProperty(sequences(commandsInARun), async (commands) => {
    const { driver, close } = await driverOf(new UserModel(await freshTable()));
    try {
      await fc.asyncModelRun(() => ({ model: nothingYet(), real: { driver, ids: [], seen: [] } }), commands);
    } finally {
      await close?.();
    }
  });
  await fc.assert(property, { numRuns: runs, endOnFailure: false });
}

describe('any sequence of commands does what the contract says', () => {
  it('by the model', () => holds(async (model) => ({ driver: byModel(model) })));

  it('by the service', () => holds(async (model) => ({ driver: byService(new UserService({ model })) })));

  it('by the HTTP client', () =>
    holds(async (model) => {
      const issuer = await localIssuer();
      const logger = new Logger({ logLevel: 'ERROR' });
      const app = buildApp({
        audit: capturedTrail().audit,
        services: () => ({ ...makeServices(), users: new UserService({ model }) }),
        logger,
        authenticate: jwtAuthentication(issuer),
      });
      await app.listen({ port: 0 });
      const { port } = app.server.address() as AddressInfo;
      const driver = byClient(
        createApiClient({ url: `http://127.0.0.1:${port}`, token: await issuer.token({ scope: 'users:admin' }) }),
      );
      return { driver, close: () => app.close() };
    }));
});
