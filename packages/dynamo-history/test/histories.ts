import {
  checkHistory,
  type Entry,
  type History,
  type Item,
  type Seen,
  type State,
} from '@aws-starter-kit/dynamo-history';

/** Histories written by hand: each call has a start and an end, and a worker of its own. */
type Span = readonly [start: number, end: number];
let calls = 0;
const at = ([start, end]: Span) => ({ worker: ++calls, call: 1, start, end });

const ok = { is: 'ok' } as const;
export const unknown = { is: 'unknown' } as const;
export const throttled = { is: 'failed', error: 'ThrottledError' } as const;
export const taken = { is: 'rejected', by: 'unique', attribute: 'email' } as const;
export const conflictWith = (actual: number) => ({ is: 'rejected', by: 'version', actual }) as const;

export const a = 'a@example.com';
export const b = 'b@example.com';

type NotOk = Extract<Entry['outcome'], { is: 'unknown' | 'failed' | 'rejected' | 'unexpected' }>;

export const create = (span: Span, id: string, email: string | undefined = a, outcome?: NotOk): Entry => {
  const content = { token: id, ...(id.startsWith('u') && { email }) };
  return {
    ...at(span),
    op: 'create',
    id,
    ...content,
    outcome: outcome ?? { ...ok, state: { version: 1, ...content } },
  };
};

export const update = (
  span: Span,
  id: string,
  token: string,
  result: number | null | NotOk,
  more: { email?: string; expected?: number; currentEmail?: string; log?: readonly string[]; isAppend?: true } = {},
): Entry => {
  const { currentEmail = id.startsWith('u') ? a : undefined, log, ...changes } = more;
  const email = changes.email ?? currentEmail;
  const state = (version: number): State => ({
    version,
    token,
    ...(email !== undefined && { email }),
    ...(log && { log }),
  });
  const outcome =
    typeof result === 'number' ? { ...ok, state: state(result) } : result === null ? { ...ok, state: null } : result;
  return { ...at(span), op: 'update', id, token, ...changes, outcome };
};

export const remove = (span: Span, id: string, result: boolean | 'gone' | NotOk, expected?: number): Entry => ({
  ...at(span),
  op: 'delete',
  id,
  ...(expected !== undefined && { expected }),
  outcome: typeof result === 'object' ? result : { ...ok, existed: result },
});

export const get = (span: Span, id: string, state: State | null): Entry => ({
  ...at(span),
  op: 'get',
  id,
  outcome: { ...ok, state },
});

export const count = (span: Span, id: string, outcome?: NotOk): Entry => ({
  ...at(span),
  op: 'count',
  id,
  outcome: outcome ?? ok,
});

export const check = (span: Span, id: string, state: State): Entry => ({
  ...at(span),
  op: 'check',
  id,
  expected: state.version,
  outcome: { ...ok, state },
});

/** An update that appends its token to a log, which it then ends. */
export const append = (span: Span, id: string, log: readonly string[], result: number | NotOk): Entry =>
  update(span, id, log.at(-1) ?? '', result, { log, isAppend: true });

/** Makes calls the parts of one transaction. */
export const transaction = (...parts: readonly Entry[]): Entry[] => {
  calls++;
  return parts.map((part) => ({ ...part, worker: calls, isPart: true }));
};

export const find = (span: Span, email: string, found: Seen | null): Entry => ({
  ...at(span),
  op: 'find',
  email,
  outcome: { ...ok, found },
});

export const list = (span: Span, ...found: Seen[]): Entry => ({ ...at(span), op: 'list', outcome: { ...ok, found } });

const createdAt = '2024-01-01T00:00:00.000Z';

/** A user as the table holds it, with its claim. */
export const user = (id: string, version: number, token: string, email = a): Item[] => [
  {
    id: `USER#${id}`,
    ...(version > 0 && { version }),
    name: token,
    email,
    createdAt,
    pk1: 'USER',
    sk1: `EMAIL#${email}`,
    pk2: 'USER',
    sk2: `CREATED#${createdAt}`,
  },
  claim(email, id),
];
export const claim = (email: string, id: string): Item => ({
  id: `UNIQUE#USER#email#${email}`,
  ownerId: `USER#${id}`,
});
export const note = (id: string, version: number, token: string, log?: readonly string[]): Item[] => [
  { id: `NOTE#${id}`, version, name: token, createdAt, pk1: 'NOTE', sk1: `NAME#${token}`, ...(log && { log }) },
];

/** A version of a note, as it is kept. */
export const kept = (id: string, version: number, token: string, life = createdAt): Item[] => [
  { id: `NOTE@${id}#${life}#${version}`, pk1: `NOTE@${id}`, life, version, entity: { name: token } },
];
/** The deletion of a note that had this token. */
export const keptDeletion = (...of: Parameters<typeof kept>): Item[] =>
  kept(...of).map((item) => ({ ...item, isDeleted: true }));

/** Returns the guarantees that a history violates, each once. */
export function violated(
  entries: readonly Entry[],
  table: readonly Item[][],
  initial: History['initial'] = [],
): string[] {
  const items = [{ id: 'UNIQUE#' }, ...table.flat()];
  return [...new Set(checkHistory({ entries, table: items, initial }).map((violation) => violation.guarantee))];
}
