import type { CallOptions } from '@aws-starter-kit/dynamo';
import { emailAt } from './emails.js';
import { failureOf } from './failure.js';
import type { Failure, Kind, Outcome, Seen, State } from './history.js';
import type { KnownEntities } from './known-entities.js';
import { type Note, type NoteModel, seen, type TracedUserModel } from './models.js';
import type { PlannedCall } from './plan.js';
import type { Recorder, Result } from './recorder.js';

export interface World {
  readonly seed: number;
  readonly users: TracedUserModel;
  readonly notes: NoteModel;
  readonly known: KnownEntities;
  readonly recorder: Recorder;
  /** The last acknowledged calls with a key. */
  readonly repeatable: Repeatable[];
}

/** A call with a key that was acknowledged: a repetition must write nothing, and return its entity as it is. */
export interface Repeatable {
  readonly id: string;
  run(options: CallOptions): Promise<Note | null>;
}

/** One call to be made and recorded. */
export interface Task extends World {
  readonly plan: PlannedCall;
  readonly worker: number;
  readonly call: number;
  readonly options: CallOptions;
  /** Marks what the call writes. */
  readonly token: string;
}

/** Returns the token of a call: `u12.345`, a user by the 345th call of worker 12. */
export const tokenOf = (kind: Kind, worker: number, call: number) => `${kind[0]}${worker}.${call}`;

export type Model = Pick<
  NoteModel,
  | 'create'
  | 'creating'
  | 'batchCreate'
  | 'update'
  | 'updating'
  | 'delete'
  | 'deleting'
  | 'batchDelete'
  | 'getById'
  | 'getByIds'
>;

/** Returns the model of a kind, as what both models share: the data given to each is made for it. */
export const modelOf = ({ users, notes }: World, kind: Kind): Model =>
  kind === 'user' ? (users as unknown as Model) : notes;

export function newItem(kind: Kind, name: string, choice = 0): { name: string; email?: string } {
  return kind === 'user' ? { name, email: emailAt(choice) } : { name };
}

export const emailOf = ({ email }: { email?: string }) => (email === undefined ? {} : { email });
export const stateOf = ({ id: _, ...state }: Seen): State => state;

/** Returns what a call saw of an entity, which later calls may choose from now on. */
export function remember({ known }: World, entity: Note): Seen {
  const state = seen(entity);
  known.remember(state);
  return state;
}

/** Returns the state that was read under an id. Another entity than that is a state that nobody wrote. */
export function stateRead(world: World, entity: Note | null, id: string): State | null {
  if (entity) return { ...stateOf(remember(world, entity)), ...(entity.id !== id && { token: `of ${entity.id}` }) };
  world.known.forget(id);
  return null;
}

/** A create of unknown outcome may have created the entity: from now on later calls may choose it. */
export function rememberUnknown({ known }: World, id: string, outcome: Outcome<unknown>): void {
  if (outcome.is === 'unknown') known.remember({ id, version: 1 });
}

/** Returns the outcome of one element of a batch. */
export function elementOutcome<R, O>(result: Result<R>, of: (value: R) => O): O | Failure {
  return 'value' in result ? of(result.value) : failureOf(result.error);
}
