import { afterAll, describe, it } from 'vitest';
import { type Hands, keyboard, mouse } from './hands.js';

const times = new Map<string, Map<string, number>>();

/** Runs a journey twice: with a mouse, and with the keyboard alone. Prints how long each took. */
export function journey(title: string, run: (hands: Hands) => Promise<void>): void {
  describe(title, () => {
    it.each([mouse, keyboard])('by $name', async (hands: Hands) => {
      const start = performance.now();
      await run(hands);
      const taken = times.get(title) ?? new Map<string, number>();
      times.set(title, taken.set(hands.name, performance.now() - start));
    });
  });
}

/** Prints the times of the journeys of a file. */
export function printTimes(): void {
  afterAll(() => {
    const lines = [...times].map(([title, taken]) => {
      const cells = [mouse, keyboard].map(({ name }) => `${(taken.get(name) ?? Number.NaN).toFixed(0)} ms`.padStart(9));
      return `${cells.join('')}  ${title}`;
    });
    if (lines.length > 0) process.stdout.write(`\n    mouse keyboard  journey\n${lines.join('\n')}\n`);
  });
}
