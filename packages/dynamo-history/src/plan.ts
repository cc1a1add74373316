import { seededRandom } from '@aws-starter-kit/dynamo-faults';
import type { Kind } from './history.js';

/** How often each operation is chosen, relative to the others. */
const weights = {
  create: 10,
  batchCreate: 4,
  update: 28,
  append: 8,
  changeEmail: 12,
  delete: 7,
  batchDelete: 3,
  transact: 8,
  createOnce: 4,
  appendOnce: 4,
  repeat: 6,
  count: 6,
  batchCount: 3,
  get: 14,
  getMany: 4,
  find: 10,
  list: 5,
};
export type Operation = keyof typeof weights;

/** What one call of one worker will do. It depends on seed, worker and number alone; ids and versions come from what is known by then. */
export interface PlannedCall {
  readonly operation: Operation;
  readonly kind: Kind;
  /** Numbers in [0, 1), each for one choice among what exists at that time: an email, an id, … */
  readonly choices: readonly number[];
  /** The version to expect: none, the one seen last, or one too old. */
  readonly expected: 'none' | 'seen' | 'old';
  readonly deadlineMs: number;
  /** When the caller aborts. */
  readonly abortAfterMs?: number;
}

const maxElements = 6;
/** An attempt waits for half of it at most: a busy machine must not look like a lost reply. */
export const patientMs = 12_000;

export function planCall(seed: number, worker: number, call: number): PlannedCall {
  const random = seededRandom(seed, 'step', worker, call);
  const operation = weighted(random());
  const isAboutUsers = operation === 'changeEmail' || operation === 'find' || random() < 0.6;
  const impatience = random();
  return {
    operation,
    kind: isAboutUsers ? 'user' : 'note',
    choices: Array.from({ length: choicesOf(operation, random()) }, random),
    expected: pick(['none', 'none', 'none', 'none', 'seen', 'seen', 'seen', 'old'], random()),
    // under a second no attempt is abandoned early: a request that arrives late then belongs to a call of unknown outcome
    deadlineMs: impatience < 0.08 ? 20 + Math.floor(random() * 300) : patientMs,
    ...(impatience > 0.96 && { abortAfterMs: Math.floor(random() * 40) }),
  };
}

function choicesOf(operation: Operation, share: number): number {
  if (operation === 'transact') return 5;
  const isMany = operation.startsWith('batch') || operation === 'getMany';
  return isMany ? 2 + Math.floor(share * (maxElements - 1)) : 1;
}

function weighted(share: number): Operation {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  let rest = share * total;
  for (const [operation, weight] of Object.entries(weights)) {
    rest -= weight;
    if (rest < 0) return operation as Operation;
  }
  return 'get';
}

/** The element at a share of the list's length. */
function pick<T>(list: readonly [T, ...T[]], share: number): T {
  return list[Math.floor(share * list.length)] ?? list[0];
}
