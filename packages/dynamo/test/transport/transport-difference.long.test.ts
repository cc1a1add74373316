import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it } from 'vitest';
import { runnableEngines } from '../../../../test/engines/runnable-engines.js';
import { compareTransports } from './transport-difference.js';

/** Number of requests for an engine: fewer for the slower one, unless set by `REQUESTS=10000`. */
const requestsOn = (engine: string) => Number(process.env.REQUESTS || (engine === 'dynoxide' ? 3000 : 1000));
const engines = (await runnableEngines()).map((engine) => [requestsOn(engine), engine] as const);

it.each(engines)(
  'gives the same answers and errors as the SDK to %i requests on %s',
  async (requests, engine) => {
    const { endpoint, stop } = await startLocalDynamo({ engine });
    try {
      const { sent, rejected } = await compareTransports(endpoint, requests);
      expect(sent).toBe(requests);
      expect(rejected).toBeGreaterThan(requests / 10);
    } finally {
      await stop();
    }
  },
  900_000,
);
