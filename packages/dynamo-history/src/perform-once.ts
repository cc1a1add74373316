import type { CallOptions } from '@aws-starter-kit/dynamo';
import { failureOf } from './failure.js';
import type { Outcome, State } from './history.js';
import { patientMs } from './plan.js';
import { type Described, outcomeOf } from './recorder.js';
import { emailOf, modelOf, newItem, type Repeatable, rememberUnknown, stateRead, type Task } from './task.js';

const remembered = 20;
const isPart = true as const; // a transaction of the entity and the record, so that no retry can apply it again

/** Creates an entity by a call with a key. */
export async function performCreateOnce(task: Task): Promise<void> {
  const { plan, token } = task;
  const data = newItem(plan.kind, token, plan.choices[0]);
  const run = (options: CallOptions) => modelOf(task, plan.kind).create(data, { ...options, once: token });
  await performOnce(task, { id: token, run }, (outcome) => {
    rememberUnknown(task, token, outcome);
    return { op: 'create', isPart, id: token, token, ...emailOf(data), outcome } as Write;
  });
}

/** Appends to the log of an entity by a call with a key. */
export async function performAppendOnce(task: Task): Promise<void> {
  const { plan, token } = task;
  const { id } = task.known.choose(plan.kind, plan.choices.at(-1) ?? 0);
  const run = (options: CallOptions) =>
    modelOf(task, plan.kind).update(id, { name: token }, { ...options, append: { log: [token] }, once: token });
  await performOnce(task, { id, run }, (outcome) => ({ op: 'update', isPart, id, token, isAppend: true, outcome }));
}

/** Repeats an earlier call. The repetition must be a strongly consistent read of the entity that the call wrote. */
export async function performRepeat(task: Task): Promise<void> {
  const { repeatable, plan, options } = task;
  const chosen = repeatable[Math.floor((plan.choices[0] ?? 0) * repeatable.length)];
  if (!chosen) return;
  const { id, run } = chosen;
  await task.recorder.record(
    task.worker,
    task.call,
    () => run(options),
    (result) => ({
      op: 'get',
      id,
      outcome: outcomeOf(result, (entity) => ({ state: stateRead(task, entity, id) })),
    }),
  );
}

type Write = Extract<Exclude<Described, readonly unknown[]>, { readonly op: 'create' | 'update' }>;

/** Runs a call, once more where its outcome is unknown, as a client does that got no answer. */
async function performOnce(
  task: Task,
  call: Repeatable,
  describe: (outcome: Outcome<{ state: State }> | Outcome<{ state: State | null }>) => Write,
): Promise<void> {
  const again = async (error: unknown) => {
    if (failureOf(error).is !== 'unknown') throw error;
    return call.run({ deadlineMs: patientMs }).catch(() => {
      throw error; // the first try may still be applied
    });
  };
  await task.recorder.record(
    task.worker,
    task.call,
    () => call.run(task.options).catch(again),
    (result): Described => {
      if ('error' in result) return describe(failureOf(result.error));
      rememberCall(task, call);
      const state = stateRead(task, result.value, call.id);
      if (state?.token === task.token) return describe({ is: 'ok', state });
      // the record of the call was met after a lost answer: the entity is as it is now
      return [describe({ is: 'unknown' }), read(call.id, state)];
    },
  );
}

const read = (id: string, state: State | null): Exclude<Described, readonly unknown[]> => ({
  op: 'get',
  id,
  outcome: { is: 'ok', state },
});

function rememberCall({ repeatable }: Task, call: Repeatable): void {
  repeatable.push(call);
  if (repeatable.length > remembered) repeatable.shift();
}
