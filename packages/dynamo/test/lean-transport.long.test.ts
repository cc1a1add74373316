import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { expect, it } from 'vitest';
import { runnableEngines } from '../../../test/engines/runnable-engines.js';
import { compareTransports } from './transport-difference.js';

const requests = 10_000;

it.each(await runnableEngines())(
  `says the same as the SDK to ${requests} requests on %s`,
  async (engine) => {
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
