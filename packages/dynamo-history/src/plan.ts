import { seededRandom } from '@aws-starter-kit/dynamo-faults';
import type { Kind } from './history.js';

const ops = {
  create: 10,
  batchCreate: 4,
  update: 28,
  changeAddress: 12,
  delete: 7,
  batchDelete: 3,
  get: 14,
  getMany: 4,
  find: 10,
  list: 5,
};
export type Op = keyof typeof ops;

/** What one call of one worker will do. It depends on seed, worker and number alone; ids and versions come from what is known by then. */
export interface Step {
  readonly op: Op;
  readonly kind: Kind;
  /** Numbers in [0, 1), each for one choice among what is there at that time: of an address, an id, … */
  readonly choices: readonly number[];
  /** The version to expect: none, the one seen last, or one too old. */
  readonly expected: 'none' | 'seen' | 'old';
  readonly deadlineMs: number;
  /** When the caller loses interest. */
  readonly abortAfterMs?: number;
}

const maxElements = 6;
/** Half of it is the most that one attempt waits: a busy machine must not look like a lost reply. */
const patientMs = 12_000;

export function plan(seed: number, worker: number, call: number): Step {
  const random = seededRandom(seed, 'step', worker, call);
  const op = weighted(random());
  const isAboutUsers = op === 'changeAddress' || op === 'find' || random() < 0.6;
  const elements = op.startsWith('batch') || op === 'getMany' ? 2 + Math.floor(random() * (maxElements - 1)) : 1;
  const impatience = random();
  return {
    op,
    kind: isAboutUsers ? 'user' : 'note',
    choices: Array.from({ length: elements }, random),
    expected: pick(['none', 'none', 'none', 'none', 'seen', 'seen', 'seen', 'old'], random()),
    // under a second no attempt is given up early: a request that went astray then belongs to a call of unknown outcome
    deadlineMs: impatience < 0.08 ? 20 + Math.floor(random() * 300) : patientMs,
    ...(impatience > 0.96 && { abortAfterMs: Math.floor(random() * 40) }),
  };
}

function weighted(share: number): Op {
  const total = Object.values(ops).reduce((sum, weight) => sum + weight, 0);
  let left = share * total;
  for (const [op, weight] of Object.entries(ops)) {
    left -= weight;
    if (left < 0) return op as Op;
  }
  return 'get';
}

/** The element at a share of the list's length. */
function pick<T>(list: readonly [T, ...T[]], share: number): T {
  return list[Math.floor(share * list.length)] ?? list[0];
}
