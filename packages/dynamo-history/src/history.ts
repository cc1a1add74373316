/** What one write stored. Each write puts its own token into `name`, so that a state leads back to the call that wrote it. */
export interface State {
  readonly version: number;
  readonly token: string;
  /** Absent in an entity without unique attributes. */
  readonly email?: string;
  /** The tokens of the calls that appended to it, in their order; absent before the first. */
  readonly log?: readonly string[];
}

/** A state that a call returned. */
export interface Seen extends State {
  readonly id: string;
}

/** How a call ended that did not do what was asked. `rejected` and `failed` say that nothing was written. */
export type Failure =
  | { readonly is: 'rejected'; readonly by: 'version'; readonly actual: number }
  | { readonly is: 'rejected'; readonly by: 'unique'; readonly attribute: string }
  /** Throttled, unavailable, past its deadline, aborted, or stopped by another part of its transaction: with the error's name. */
  | { readonly is: 'failed'; readonly error: string }
  | { readonly is: 'unknown' }
  /** An error that the model does not promise. */
  | { readonly is: 'unexpected'; readonly error: string };

export type Outcome<T> = ({ readonly is: 'ok' } & T) | Failure;

interface Called {
  readonly worker: number;
  /** The call's number in its worker. The elements of a batch and the parts of a transaction share it. */
  readonly call: number;
  /** Set for a part of a transaction, which commits with all its parts or not at all. */
  readonly isPart?: true;
  /** Microseconds since the run began, on the machine's monotonic clock. Rounded outwards, so that they enclose the call. */
  readonly start: number;
  readonly end: number;
}

export interface Create extends Called {
  readonly op: 'create';
  readonly id: string;
  readonly token: string;
  readonly email?: string;
  readonly outcome: Outcome<{ state: State }>;
}

export interface Update extends Called {
  readonly op: 'update';
  readonly id: string;
  readonly token: string;
  readonly email?: string;
  readonly expected?: number;
  /** It also appended its token to the log. */
  readonly isAppend?: true;
  /** It may have changed the index key of its entity. */
  readonly isRekeyed?: true;
  readonly outcome: Outcome<{ state: State | null }>;
}

export interface Delete extends Called {
  readonly op: 'delete';
  readonly id: string;
  readonly expected?: number;
  /** `gone`: a batch, which does not say whether the entity existed. */
  readonly outcome: Outcome<{ existed: boolean | 'gone' }>;
}

/** A part of a transaction that writes nothing: the entity must have the expected version when the transaction commits. */
export interface Check extends Called {
  readonly op: 'check';
  readonly id: string;
  readonly expected: number;
  readonly outcome: Outcome<{ state: State | null }>;
}

/** A strongly consistent read by id. */
export interface Get extends Called {
  readonly op: 'get';
  readonly id: string;
  readonly outcome: Outcome<{ state: State | null }>;
}

/** A strongly consistent look-up by a unique attribute. */
export interface Find extends Called {
  readonly op: 'find';
  readonly email: string;
  readonly outcome: Outcome<{ found: Seen | null }>;
}

/** A query of an index, which may lag. */
export interface List extends Called {
  readonly op: 'list';
  /** Set for a list of all notes in an index that does not lag: the number of entities on each page. */
  readonly pages?: readonly number[];
  readonly outcome: Outcome<{ found: readonly Seen[] }>;
}

/** An increment of a counter by one, beside the versions of an existing entity. The entity that it returned is a Get of the same call. */
export interface Count extends Called {
  readonly op: 'count';
  readonly id: string;
  readonly outcome: Outcome<object>;
}

export type Write = Create | Update;
export type Entry = Write | Delete | Count | Check | Get | Find | List;

/** An item of the table as it is stored, with its index keys and internal attributes. */
export type Item = Readonly<Record<string, unknown>>;

/** Everything that happened to one table since it was created, and what it held at the end. */
export interface History {
  /** The entities before the first call. Version 0: without version and claim, as in data older than these. */
  readonly initial: readonly Seen[];
  readonly entries: readonly Entry[];
  readonly table: readonly Item[];
}

/** The first letter of an id gives the kind: users have a unique email, notes have nothing unique. */
export type Kind = 'user' | 'note';
export const kindOf = (id: string): Kind => (id.startsWith('u') ? 'user' : 'note');
