import fc from 'fast-check';
import { expect } from 'vitest';
import { generatedRequest, variants } from './generated-requests.js';
import { twinApps } from './twin-apps.js';

/**
 * Sends generated requests to both handlers, and expects the same status, headers, body and reported errors.
 *
 * @returns the share of requests that the lean handler handled itself
 */
export async function expectSameAnswers(requests: number): Promise<number> {
  let plain = 0;
  for (const variant of variants) {
    const twins = twinApps(variant);
    const numRuns = Math.ceil(requests / variants.length);
    const sameAnswer = fc.asyncProperty(generatedRequest, async (request) => {
      const { official, lean } = await twins.send(request);
      expect(lean).toEqual(official);
    });
    try {
      await fc.assert(sameAnswer, { numRuns });
      plain += twins.plainCount();
    } finally {
      await twins.close();
    }
  }
  return plain / requests;
}
