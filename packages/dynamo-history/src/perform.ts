import type { CallOptions } from '@aws-starter-kit/dynamo';
import { addressAt } from './addresses.js';
import type { Kind, NotDone, Outcome, Seen, State } from './history.js';
import type { Known } from './known.js';
import { type Note, type NoteModel, notePartition, seen, type TracedUserModel } from './models.js';
import { lostInterest, notDone } from './outcome.js';
import { plan, type Step } from './plan.js';
import { outcomeOf, type Recorder, type Result } from './recorder.js';

export interface World {
  readonly seed: number;
  readonly users: TracedUserModel;
  readonly notes: NoteModel;
  readonly known: Known;
  readonly recorder: Recorder;
}

/** Makes one call as planned, records it, and remembers what it tells of the world. */
export async function perform(world: World, worker: number, call: number): Promise<void> {
  const step = plan(world.seed, worker, call);
  const stop = new AbortController();
  const timer =
    step.abortAfterMs === undefined ? undefined : setTimeout(() => stop.abort(lostInterest), step.abortAfterMs);
  const options = { deadlineMs: step.deadlineMs, ...(timer && { signal: stop.signal }) };
  await performers[step.op]({ ...world, step, worker, call, options, token: tokenOf(step.kind, worker, call) });
  clearTimeout(timer);
}

/** `u12.345`: a user by the 345th call of worker 12. */
const tokenOf = (kind: Kind, worker: number, call: number) => `${kind[0]}${worker}.${call}`;

interface Task extends World {
  readonly step: Step;
  readonly worker: number;
  readonly call: number;
  readonly options: CallOptions;
  readonly token: string;
}

const performers: Record<Step['op'], (task: Task) => Promise<void>> = {
  async create({ step: { kind, choices }, token, ...task }) {
    const data = newItem(kind, token, choices[0]);
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).create(data, task.options),
      (result) => ({
        op: 'create',
        id: followed(task, token, result),
        token,
        ...emailOf(data),
        outcome: outcomeOf(result, (entity) => ({ state: stateOf(remember(task, entity)) })),
      }),
    );
  },

  async batchCreate({ step: { kind, choices }, token, ...task }) {
    const list = choices.map((choice, i) => newItem(kind, `${token}.${i}`, choice));
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).batchCreate(list, task.options),
      (result) =>
        list.map((data, index) => {
          const outcome = elementOutcome(result, ({ success, failed }): Outcome<{ state: State }> => {
            const done = success.find(({ id }) => id === data.name);
            if (done) return { is: 'ok', state: stateOf(remember(task, done)) };
            return failure(failed.find((one) => one.index === index)?.error);
          });
          return { op: 'create', id: data.name, token: data.name, ...emailOf(data), outcome };
        }),
    );
  },

  update: ({ step, ...task }) => update({ step, ...task }, {}),

  changeAddress: ({ step, ...task }) => update({ step, ...task }, { email: addressAt(step.choices[0] ?? 0) }),

  async delete({ step, ...task }) {
    const target = chosen({ step, ...task });
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, step.kind).delete(target.id, { ...task.options, ...target.expectation }),
      (result) => {
        if ('value' in result) task.known.forget(target.id);
        return {
          op: 'delete',
          id: target.id,
          ...target.expected,
          outcome: outcomeOf(result, (existed) => ({ existed })),
        };
      },
    );
  },

  async batchDelete({ step: { kind, choices }, ...task }) {
    const ids = choices.map((choice) => task.known.choose(kind, choice).id); // the same one twice, now and then
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
  },

  async get({ step: { kind, choices }, ...task }) {
    const { id } = task.known.choose(kind, choices[0] ?? 0);
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).getById(id, { ...task.options, consistent: true }),
      (result) => ({
        op: 'get',
        id,
        outcome: outcomeOf(result, (entity) => ({ state: look(task, entity, id) })),
      }),
    );
  },

  async getMany({ step: { kind, choices }, ...task }) {
    const ids = choices.map((choice) => task.known.choose(kind, choice).id);
    await task.recorder.record(
      task.worker,
      task.call,
      () => modelOf(task, kind).getByIds(ids, { ...task.options, consistent: true }),
      (result) =>
        ids.map((id, i) => ({
          op: 'get',
          id,
          outcome: outcomeOf(result, (found) => ({ state: look(task, found[i] ?? null, id) })),
        })),
    );
  },

  async find({ step: { choices }, ...task }) {
    const email = addressAt(choices[0] ?? 0);
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

  async list({ step: { kind, choices }, ...task }) {
    const [choice = 0] = choices;
    const order = choice < 0.5 ? 'asc' : 'desc';
    await task.recorder.record(
      task.worker,
      task.call,
      async () => {
        if (kind === 'user') return [await task.users.getByEmail(addressAt(choice), task.options)];
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

/** A create of unknown outcome may have made the entity: from now on others may meet it. */
function followed({ known }: World, id: string, result: Result<unknown>): string {
  if ('notDone' in result && result.notDone.is === 'unknown') known.remember({ id, version: 1 });
  return id;
}

async function update({ step, token, ...task }: Task, change: { email?: string }): Promise<void> {
  const target = chosen({ step, token, ...task });
  const changes = { name: token, ...change };
  await task.recorder.record(
    task.worker,
    task.call,
    () => modelOf(task, step.kind).update(target.id, changes, { ...task.options, ...target.expectation }),
    (result) => ({
      op: 'update',
      id: target.id,
      token,
      ...change,
      ...target.expected,
      outcome: outcomeOf(result, (entity) => ({ state: look(task, entity, target.id) })),
    }),
  );
}

/** The entity to work on, and the version to expect of it. */
function chosen({ known, step: { kind, choices, expected } }: Task) {
  const { id, version } = known.choose(kind, choices.at(-1) ?? 0);
  if (expected === 'none') return { id };
  const expectedVersion = expected === 'seen' ? version : version - 1;
  return { id, expectation: { expectedVersion }, expected: { expected: expectedVersion } };
}

type Model = Pick<NoteModel, 'create' | 'batchCreate' | 'update' | 'delete' | 'batchDelete' | 'getById' | 'getByIds'>;

/** Both models, seen as what they share: the data given to each is made for it. */
const modelOf = ({ users, notes }: World, kind: Kind): Model => (kind === 'user' ? (users as unknown as Model) : notes);

function newItem(kind: Kind, name: string, choice = 0): { name: string; email?: string } {
  return kind === 'user' ? { name, email: addressAt(choice) } : { name };
}

const emailOf = ({ email }: { email?: string }) => (email === undefined ? {} : { email });
const stateOf = ({ id: _, ...state }: Seen): State => state;

function remember({ known }: World, entity: Note): Seen {
  const state = seen(entity);
  known.remember(state);
  return state;
}

function look(world: World, entity: Note | null, id: string): State | null {
  if (entity) return { ...stateOf(remember(world, entity)), ...(entity.id !== id && { token: `of ${entity.id}` }) };
  world.known.forget(id);
  return null;
}

const failure = (error: Error | undefined): NotDone =>
  error ? notDone(error) : { is: 'broke', error: 'The batch gave no outcome for this element' };

function elementOutcome<R, O>(result: Result<R>, of: (value: R) => O): O | NotDone {
  return 'value' in result ? of(result.value) : result.notDone;
}
