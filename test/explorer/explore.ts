import { seededRandom } from '@aws-starter-kit/dynamo-faults';
import { areIndependent, type Step } from './step.js';

/** A point of a run at which a step has to be chosen. */
export interface Point {
  readonly steps: readonly Step[];
  /** Another run shows all that this one can still show. */
  readonly isRedundant: boolean;
  /** Equal for points from which the same can follow. */
  fingerprint(): string;
}

/** Chooses the next step; undefined ends the run early. */
export type Choose = (point: Point) => Step | undefined;

/** Runs something from its beginning, under the choices given. */
export type RunUnder<R> = (choose: Choose) => Promise<R | undefined>;

/** A point at which a run chose among several steps. */
interface Choice {
  readonly steps: readonly Step[];
  /** Steps that need not be taken here: an equivalent order of them has been run. */
  readonly asleep: readonly Step[];
  readonly tried: Step[];
  chosen: Step;
}

/**
 * Runs every order of steps, each from the beginning, but for orders that show nothing new: those that differ only in steps that are independent of
 * each other (sleep sets, P. Godefroid 1996), and those that come to a point from which all has been run.
 */
export async function* explore<R>(run: RunUnder<R>): AsyncGenerator<R> {
  const path: Choice[] = [];
  const visited = new Map<string, (readonly Step[])[]>();
  do {
    let depth = 0;
    const result = await run((point) => {
      if (point.isRedundant) return undefined;
      const known = path[depth];
      const choice = known ?? openChoice(point, path[depth - 1], visited);
      depth++;
      if (!choice) return undefined;
      if (labelsOf(choice.steps) !== labelsOf(point.steps)) {
        throw new Error(`The same steps led to ${labelsOf(choice.steps)}, then to ${labelsOf(point.steps)}`);
      }
      if (!known) path.push(choice);
      return choice.chosen;
    });
    if (result !== undefined) yield result;
  } while (backtrack(path));
}

/** Runs one order, chosen at random by the key. */
export async function sample<R>(run: RunUnder<R>, ...key: readonly (string | number)[]): Promise<R | undefined> {
  const random = seededRandom(...key);
  return run(({ steps }) => steps[Math.floor(random() * steps.length)]);
}

/** Runs the order that the labels give. */
export function replay<R>(run: RunUnder<R>, labels: readonly string[]): Promise<R | undefined> {
  const left = [...labels];
  return run(({ steps }) => {
    const label = left.shift();
    const step = steps.find((one) => one.label === label);
    if (!step) throw new Error(`There is no step "${label}" among ${labelsOf(steps)}`);
    return step;
  });
}

const labelsOf = (steps: readonly Step[]): string => steps.map(({ label }) => label).join(', ');
const isIn = (steps: readonly Step[], { label }: Step): boolean => steps.some((step) => step.label === label);

function openChoice(
  { steps, fingerprint }: Point,
  parent: Choice | undefined,
  visited: Map<string, (readonly Step[])[]>,
): Choice | undefined {
  const asleep = parent
    ? [...parent.asleep, ...parent.tried].filter((step) => areIndependent(step, parent.chosen))
    : [];
  const chosen = steps.find((step) => !isIn(asleep, step));
  if (!chosen) return undefined;
  const key = fingerprint();
  const visits = visited.get(key) ?? [];
  // nothing was left out then that would be run now
  if (visits.some((before) => before.every((step) => isIn(asleep, step)))) return undefined;
  visited.set(key, [...visits, asleep]);
  return { steps, asleep, tried: [], chosen };
}

/** Moves on to the next order; false: there is none. */
function backtrack(path: Choice[]): boolean {
  for (;;) {
    const last = path[path.length - 1];
    if (!last) return false;
    last.tried.push(last.chosen);
    const next = last.steps.find((step) => !isIn(last.asleep, step) && !isIn(last.tried, step));
    if (next) {
      last.chosen = next;
      return true;
    }
    path.pop();
  }
}
