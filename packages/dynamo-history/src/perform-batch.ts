import { EntityNotFoundError } from '@aws-starter-kit/dynamo';
import { failureOf } from './failure.js';
import type { Entry, Failure, Outcome, State } from './history.js';
import { outcomeOf, type Untimed } from './recorder.js';
import {
  elementOutcome,
  emailOf,
  modelOf,
  newItem,
  remember,
  rememberUnknown,
  stateOf,
  stateRead,
  type Task,
} from './task.js';

export async function performBatchCreate({ plan: { kind, choices }, token, ...task }: Task): Promise<void> {
  const list = choices.map((choice, i) => newItem(kind, `${token}.${i}`, choice));
  await task.recorder.record(
    task.worker,
    task.call,
    () => modelOf(task, kind).batchCreate(list, task.options),
    (result) =>
      list.map((data, index) => {
        const { name } = data;
        const outcome = elementOutcome(result, ({ success, failed }): Outcome<{ state: State }> => {
          const created = success.find(({ id }) => id === name);
          if (created) return { is: 'ok', state: stateOf(remember(task, created)) };
          return failure(failed.find((one) => one.index === index)?.error);
        });
        rememberUnknown(task, name, outcome);
        return { op: 'create', id: name, token: name, ...emailOf(data), outcome };
      }),
  );
}

export async function performBatchDelete({ plan: { kind, choices }, ...task }: Task): Promise<void> {
  const ids = choices.map((choice) => task.known.choose(kind, choice).id); // sometimes the same one twice
  await task.recorder.record(
    task.worker,
    task.call,
    () => modelOf(task, kind).batchDelete(ids, task.options),
    (result) =>
      [...new Set(ids)].map((id) => {
        const outcome = elementOutcome(result, ({ success, failed }): Outcome<{ existed: 'gone' }> => {
          if (!success.includes(id)) return failure(failed.find((one) => one.id === id)?.error);
          task.known.forget(id);
          return { is: 'ok', existed: 'gone' };
        });
        return { op: 'delete', id, outcome };
      }),
  );
}

/** Increments the counters of several notes. What it saw of each is a read of it. */
export async function performBatchCount({ plan: { choices }, ...task }: Task): Promise<void> {
  const ids = [...new Set(choices.map((choice) => task.known.choose('note', choice).id))];
  await task.recorder.record(
    task.worker,
    task.call,
    () => task.notes.batchUpdate(ids, {}, { ...task.options, increment: { count: 1 } }),
    (result) =>
      ids.flatMap((id): Untimed<Entry>[] => {
        if ('error' in result) return [{ op: 'count', id, outcome: failureOf(result.error) }];
        const { success, failed } = result.value;
        const counted = success.find((one) => one.id === id) ?? null;
        const { error } = failed.find((one) => one.id === id) ?? {};
        if (!counted && !(error instanceof EntityNotFoundError)) return [{ op: 'count', id, outcome: failure(error) }];
        const read = { op: 'get', id, outcome: { is: 'ok', state: stateRead(task, counted, id) } } as const;
        return counted ? [{ op: 'count', id, outcome: { is: 'ok' } }, read] : [read];
      }),
  );
}

export async function performGetMany({ plan: { kind, choices }, ...task }: Task): Promise<void> {
  const ids = choices.map((choice) => task.known.choose(kind, choice).id);
  await task.recorder.record(
    task.worker,
    task.call,
    () => modelOf(task, kind).getByIds(ids, { ...task.options, consistent: true }),
    (result) =>
      ids.map((id, i) => ({
        op: 'get',
        id,
        outcome: outcomeOf(result, (found) => ({ state: stateRead(task, found[i] ?? null, id) })),
      })),
  );
}

const failure = (error: Error | undefined): Failure =>
  error ? failureOf(error) : { is: 'unexpected', error: 'The batch returned no outcome for this element' };
