import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it } from 'vitest';
import { runnableEngines } from '../../../test/engines/runnable-engines.js';
import { compareTransports } from './transport-difference.js';

/** The slower engine gets fewer, unless by hand: `REQUESTS=10000`. */
const requestsOn = (engine: string) => Number(process.env.REQUESTS || (engine === 'dynoxide' ? 10_000 : 2000));
const engines = (await runnableEngines()).map((engine) => [requestsOn(engine), engine] as const);

it.each(engines)(
  'says the same as the SDK to %i requests on %s',
  async (requests, engine) => {
    const { endpoint, stop } = await startLocalDynamo({ engine });
    try {
      const { sent, refused } = await compareTransports(endpoint, requests);
      expect(sent).toBe(requests);
      expect(refused).toBeGreaterThan(requests / 10);
    } finally {
      await stop();
    }
  },
  900_000,
);
