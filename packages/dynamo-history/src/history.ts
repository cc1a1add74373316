/** What one write left behind: each write puts a token of its own into `name`, so that a state tells who wrote it. */
export interface State {
  readonly version: number;
  readonly token: string;
  /** Absent: an entity without unique attributes. */
  readonly email?: string;
}

/** A state that a call answered with. */
export interface Seen extends State {
  readonly id: string;
}

/** How a call ended that did not do what was asked. `refused` and `failed` say that nothing was written. */
export type NotDone =
  | { readonly is: 'refused'; readonly by: 'version'; readonly actual: number }
  | { readonly is: 'refused'; readonly by: 'unique'; readonly attribute: string }
  /** Throttled, unavailable, out of time, aborted: with the error's name. */
  | { readonly is: 'failed'; readonly error: string }
  | { readonly is: 'unknown' }
  /** An error that the model does not promise. */
  | { readonly is: 'broke'; readonly error: string };

export type Outcome<T> = ({ readonly is: 'ok' } & T) | NotDone;

interface Called {
  readonly worker: number;
  /** The call's number in its worker. The elements of a batch share it. */
  readonly call: number;
  /** Microseconds on the machine's monotonic clock since the run began: rounded down, and up, so that they enclose the call. */
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
  readonly outcome: Outcome<{ state: State | null }>;
}

export interface Delete extends Called {
  readonly op: 'delete';
  readonly id: string;
  readonly expected?: number;
  /** `gone`: a batch, which does not say whether the entity was there. */
  readonly outcome: Outcome<{ existed: boolean | 'gone' }>;
}

/** A strong read by id. */
export interface Get extends Called {
  readonly op: 'get';
  readonly id: string;
  readonly outcome: Outcome<{ state: State | null }>;
}

/** A strong look-up by a unique attribute. */
export interface Find extends Called {
  readonly op: 'find';
  readonly email: string;
  readonly outcome: Outcome<{ found: Seen | null }>;
}

/** A query of an index, which may lag. */
export interface List extends Called {
  readonly op: 'list';
  readonly outcome: Outcome<{ found: readonly Seen[] }>;
}

export type Write = Create | Update;
export type Entry = Write | Delete | Get | Find | List;

/** An item of the table as it is stored, index keys and all. */
export type Item = Readonly<Record<string, unknown>>;

/** All that happened to one table from its making on, and what it held when everything was over. */
export interface History {
  /** What was there before the first call. Version 0: without version and claim, as the system before this one left it. */
  readonly initial: readonly Seen[];
  readonly entries: readonly Entry[];
  readonly table: readonly Item[];
}

/** Ids tell what they are of: users have a unique address, notes have nothing unique. */
export type Kind = 'user' | 'note';
export const kindOf = (id: string): Kind => (id.startsWith('u') ? 'user' : 'note');
