import { transact } from '@aws-starter-kit/dynamo';
import { failureOf, partErrorOf } from './failure.js';
import type { Kind } from './history.js';
import type { Note } from './models.js';
import { type Described, outcomeOf, type Result } from './recorder.js';
import {
  emailOf,
  modelOf,
  newItem,
  remember,
  rememberUnknown,
  stateOf,
  stateRead,
  type Task,
  tokenOf,
} from './task.js';

type OnePart = Result<Note | boolean | null>;

/** One part of a transaction: how it is prepared, and how its result is recorded. */
interface Part {
  readonly prepared:
    | ReturnType<ReturnType<typeof modelOf>['updating']>
    | ReturnType<ReturnType<typeof modelOf>['deleting']>;
  describe(result: OnePart): Exclude<Described, readonly unknown[]>;
}

const shareOfChecks = 0.7;
const isPart = true as const;

/**
 * A transaction on two entities of different kinds. The first is only checked, as a rule: it must have the version that was seen last. The second
 * is updated, created or deleted.
 */
export async function performTransaction(task: Task): Promise<void> {
  const [first = 0, ofFirst = 0, second = 0, ofSecond = 0, email = 0] = task.plan.choices;
  const other: Kind = task.plan.kind === 'user' ? 'note' : 'user';
  const parts = [
    ofFirst < shareOfChecks ? check(task, first) : update(task, task.plan.kind, first, 'seen'),
    ofSecond < 0.6
      ? update(task, other, second)
      : ofSecond < 0.85
        ? create(task, other, email)
        : remove(task, other, second),
  ];
  await task.recorder.record<unknown>(
    task.worker,
    task.call,
    () =>
      transact(
        parts.map(({ prepared }) => prepared),
        task.options,
      ),
    (result) => parts.map(({ describe }, i) => describe(resultOfPart(result, i))),
  );
}

function resultOfPart(result: Result<unknown>, part: number): OnePart {
  if ('value' in result) return { value: (result.value as (Note | boolean)[])[part] as Note | boolean };
  const error = partErrorOf(result.error, part);
  return error === null ? { value: null } : { error };
}

function check(task: Task, choice: number): Part {
  const { kind } = task.plan;
  const { id, version: expected } = task.known.choose(kind, choice);
  return {
    prepared: modelOf(task, kind).updating(id, {}, { expectedVersion: expected }),
    describe: (result) => ({ op: 'check', isPart, id, expected, outcome: stateOutcome(task, id, result) }),
  };
}

function update(task: Task, kind: Kind, choice: number, expectation?: 'seen'): Part {
  const { id, version } = task.known.choose(kind, choice);
  const token = tokenOf(kind, task.worker, task.call);
  const options = expectation ? { expectedVersion: version } : {};
  return {
    prepared: modelOf(task, kind).updating(id, { name: token }, options),
    describe: (result) => ({
      op: 'update',
      isPart,
      id,
      token,
      ...(expectation && { expected: version }),
      outcome: stateOutcome(task, id, result),
    }),
  };
}

function create(task: Task, kind: Kind, choice: number): Part {
  const token = tokenOf(kind, task.worker, task.call);
  const data = newItem(kind, token, choice);
  return {
    prepared: modelOf(task, kind).creating(data),
    describe: (result) => {
      const outcome = outcomeOf(result, (entity) => ({ state: stateOf(remember(task, entity as Note)) }));
      rememberUnknown(task, token, outcome);
      return { op: 'create', isPart, id: token, token, ...emailOf(data), outcome };
    },
  };
}

function remove(task: Task, kind: Kind, choice: number): Part {
  const { id } = task.known.choose(kind, choice);
  return {
    prepared: modelOf(task, kind).deleting(id),
    describe: (result) => {
      if ('value' in result) task.known.forget(id);
      return { op: 'delete', isPart, id, outcome: outcomeOf(result, (existed) => ({ existed: existed as boolean })) };
    },
  };
}

const stateOutcome = (task: Task, id: string, result: OnePart) =>
  'value' in result
    ? { is: 'ok' as const, state: stateRead(task, result.value as Note | null, id) }
    : failureOf(result.error);
