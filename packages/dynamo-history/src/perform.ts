import { emailAt } from './emails.js';
import { abortReason } from './failure.js';
import { notePartition } from './models.js';
import { performBatchCount, performBatchCreate, performBatchDelete, performGetMany } from './perform-batch.js';
import { performAppendOnce, performCreateOnce, performRepeat } from './perform-once.js';
import { performTransaction } from './perform-transaction.js';
import { type Operation, planCall } from './plan.js';
import { outcomeOf } from './recorder.js';
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
  type World,
} from './task.js';

/** Makes one call as planned, records it, and remembers the entities that it saw. */
export async function perform(world: World, worker: number, call: number): Promise<void> {
  const plan = planCall(world.seed, worker, call);
  const stop = new AbortController();
  const timer =
    plan.abortAfterMs === undefined ? undefined : setTimeout(() => stop.abort(abortReason), plan.abortAfterMs);
  const options = { deadlineMs: plan.deadlineMs, ...(timer && { signal: stop.signal }) };
  await performers[plan.operation]({ ...world, plan, worker, call, options, token: tokenOf(plan.kind, worker, call) });
  clearTimeout(timer);
}

const performers: Record<Operation, (task: Task) => Promise<void>> = {
  batchCreate: performBatchCreate,
  batchDelete: performBatchDelete,
  batchCount: performBatchCount,
  getMany: performGetMany,
  transact: performTransaction,
  createOnce: performCreateOnce,
  appendOnce: performAppendOnce,
  repeat: performRepeat,

  async create({ plan: { kind, choices }, token, ...task }) {
    const data = newItem(kind, token, choices[0]);
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).create(data, task.options),
      (result) => {
        const outcome = outcomeOf(result, (entity) => ({ state: stateOf(remember(task, entity)) }));
        rememberUnknown(task, token, outcome);
        return { op: 'create', id: token, token, ...emailOf(data), outcome };
      },
    );
  },

  update: (task) => update(task, {}),

  append: (task) => update(task, {}, true),

  changeEmail: (task) => update(task, { email: emailAt(task.plan.choices[0] ?? 0) }),

  async delete(task) {
    const { recorder, worker, call, plan, options } = task;
    const target = chooseTarget(task);
    await recorder.record(
      worker,
      call,
      () => modelOf(task, plan.kind).delete(target.id, { ...options, ...target.expectation }),
      (result) => {
        if ('value' in result) task.known.forget(target.id);
        const outcome = outcomeOf(result, (existed) => ({ existed }));
        return { op: 'delete', id: target.id, ...target.expected, outcome };
      },
    );
  },

  async count({ plan: { choices }, ...task }) {
    const { id } = task.known.choose('note', choices[0] ?? 0);
    await task.recorder.record(
      task.worker,
      task.call,
      () => task.notes.update(id, {}, { ...task.options, increment: { count: 1 } }),
      (result) => {
        if ('error' in result) return { op: 'count', id, outcome: outcomeOf(result, () => ({})) };
        const state = stateRead(task, result.value, id);
        const read = { op: 'get', id, outcome: { is: 'ok', state } } as const;
        return state ? [{ op: 'count', id, outcome: { is: 'ok' } }, read] : read;
      },
    );
  },

  async get({ plan: { kind, choices }, ...task }) {
    const { id } = task.known.choose(kind, choices[0] ?? 0);
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).getById(id, { ...task.options, consistent: true }),
      (result) => ({ op: 'get', id, outcome: outcomeOf(result, (entity) => ({ state: stateRead(task, entity, id) })) }),
    );
  },

  async find({ plan: { choices }, ...task }) {
    const email = emailAt(choices[0] ?? 0);
    await task.recorder.record(
      task.worker,
      task.call,
      () => task.users.getByUnique('email', email, task.options),
      (result) => ({
        op: 'find',
        email,
        outcome: outcomeOf(result, (user) => ({ found: user && remember(task, user) })),
      }),
    );
  },

  async list({ plan: { kind, choices }, ...task }) {
    const [choice = 0] = choices;
    const order = choice < 0.5 ? 'asc' : 'desc';
    await task.recorder.record(
      task.worker,
      task.call,
      async () => {
        if (kind === 'user') return [await task.users.getByEmail(emailAt(choice), task.options)];
        return (await task.notes.query({ index: 'GSI1', pk: notePartition, order, limit: 4 }, task.options)).items;
      },
      (result) => ({
        op: 'list',
        outcome: outcomeOf(result, (found) => ({
          found: found.filter((entity) => entity !== null).map((entity) => remember(task, entity)),
        })),
      }),
    );
  },
};

async function update(task: Task, change: { email?: string }, isAppend = false): Promise<void> {
  const { recorder, worker, call, plan, options, token } = task;
  const target = chooseTarget(task);
  const changes = { name: token, ...change };
  const append = isAppend ? { append: { log: [token] } } : {};
  await recorder.record(
    worker,
    call,
    () => modelOf(task, plan.kind).update(target.id, changes, { ...options, ...target.expectation, ...append }),
    (result) => ({
      op: 'update',
      id: target.id,
      token,
      ...change,
      ...target.expected,
      ...(isAppend && { isAppend }),
      outcome: outcomeOf(result, (entity) => ({ state: stateRead(task, entity, target.id) })),
    }),
  );
}

/** Returns the entity to work on, and the version to expect of it. */
function chooseTarget({ known, plan: { kind, choices, expected } }: Task) {
  const { id, version } = known.choose(kind, choices.at(-1) ?? 0);
  if (expected === 'none') return { id };
  const expectedVersion = expected === 'seen' ? version : version - 1;
  return { id, expectation: { expectedVersion }, expected: { expected: expectedVersion } };
}
