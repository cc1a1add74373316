import type { ExploredCall } from './explored-call.js';
import { families } from './families.js';
import type { Family } from './family.js';

/** Two calls on one initial state. */
export interface Scenario {
  readonly name: string;
  readonly initial: Family['initial'][string];
  readonly a: ExploredCall;
  readonly b: ExploredCall;
  /** Whether B starts together with A, or when A has ended. */
  readonly isSequential: boolean;
  /** A and B do the same. */
  readonly isSymmetric: boolean;
  readonly followUps: readonly ExploredCall[];
}

/** All scenarios: each pair of calls of a family, on each initial state, concurrently and in both sequences. */
export const scenarios: readonly Scenario[] = families.flatMap(scenariosOf);

function scenariosOf({ name, initial, calls, basics, followUps }: Family): Scenario[] {
  const [asA, asB] = [
    [...calls('A'), ...basics('A')],
    [...calls('B'), ...basics('B')],
  ];
  const own = calls('A').length;
  const pairs = asA.flatMap((a, i) =>
    asB.flatMap((b, j) => {
      if (i >= own && j >= own) return [];
      const pair = { a, b, isSymmetric: false };
      // concurrent requests are ordered in every way, so that a pair is enough in one direction
      const concurrent = i <= j ? [{ ...pair, isSequential: false, isSymmetric: i === j }] : [];
      return [...concurrent, { ...pair, isSequential: true }];
    }),
  );
  return Object.entries(initial).flatMap(([state, stored]) =>
    pairs.map((pair) => ({
      name: `${name}, ${state}: ${pair.a.name}${pair.isSequential ? ', then ' : ' + '}${pair.b.name}`,
      initial: stored,
      followUps,
      ...pair,
    })),
  );
}
