import { entitiesAt, withDeletion, withVersion } from './kept-versions.js';
import { type Entity, type State, textOf, visible } from './state.js';

/** What a call answers: the entity without timestamps, a boolean, null, a list of these, or an error. */
export type Answer = unknown;

/** A call as one step: an answer that it may give, and the state that it then leaves. */
export interface Outcome {
  readonly answer: Answer;
  readonly state: State;
}

/** What a call may do to a state, according to the contract. */
export type Rule = (state: State) => readonly Outcome[];

export interface UpdateTerms {
  readonly expectedVersion?: number;
  readonly increment?: Readonly<Record<string, number>>;
  readonly append?: Readonly<Record<string, readonly string[]>>;
  /** By a path of two names. */
  readonly set?: Readonly<Record<string, string>>;
  readonly if?: Readonly<Record<string, string | number>>;
  /** In a transaction only. */
  readonly returns?: 'none';
}

type Attributes = Readonly<Record<string, unknown>>;

/** The unique attribute of entities by the prefix of their ids. */
const uniqueBy: Readonly<Record<string, string>> = { 'ACCOUNT#': 'email', 'VOUCHER#': 'code' };

/** The counters of entities by the prefix of their ids. */
const countersBy: Readonly<Record<string, readonly string[]>> = { 'TALLY#': ['n'] };

/** Whether an update leaves the version as it is. */
export const isCount = (id: string, changes: Attributes, { increment = {}, append, set }: UpdateTerms): boolean =>
  Object.keys({ ...changes, ...append, ...set }).length === 0 &&
  Object.keys(increment).length > 0 &&
  Object.keys(increment).every((name) => countersBy[id.replace(/#.*/, '#')]?.includes(name));

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const bare = (id: string): string => id.replace(/^[A-Z]+#/, '');

export const creates =
  (id: string, attributes: Attributes): Rule =>
  (state) => {
    const rejections = uniqueConflicts(state, id, attributes);
    if (state.has(id)) rejections.push({ error: 'UniqueConstraintError', attribute: 'id' });
    if (rejections.length > 0) return rejectedBy(state, rejections);
    return [written(state, id, { ...attributes, version: 1 })];
  };

/** An entity as it is given. Where it is there already, from the same backup, nothing changes. */
export const restores =
  (id: string, attributes: Attributes, version: number): Rule =>
  (state) => {
    const restored = written(state, id, { ...attributes, version });
    const stored = state.get(id);
    const isSame =
      stored && textOf(new Map([[id, stored]])) === textOf(new Map([[id, visible({ ...attributes, version })]]));
    if (isSame) return [{ ...restored, state }];
    const rejections = uniqueConflicts(state, id, attributes);
    if (stored) rejections.push({ error: 'UniqueConstraintError', attribute: 'id' });
    return rejections.length > 0 ? rejectedBy(state, rejections) : [restored];
  };

export const updates =
  (id: string, changes: Attributes, terms: UpdateTerms = {}): Rule =>
  (state) => {
    const entity = state.get(id);
    if (!entity) return [{ answer: null, state }];
    const { expectedVersion } = terms;
    const rejections = [...versionConflicts(entity, expectedVersion), ...uniqueConflicts(state, id, changes)];
    const unmet = Object.entries(terms.if ?? {}).filter(([name, value]) => entity[name] !== value);
    if (unmet.length > 0) rejections.push({ error: 'ConditionFailedError', attributes: Object.keys(terms.if ?? {}) });
    if (rejections.length > 0) return rejectedBy(state, rejections);
    const operated = operatedBy(terms, entity);
    if (Object.keys({ ...changes, ...operated }).length === 0) return [{ answer: { id: bare(id), ...entity }, state }];
    const version = entity.version + (isCount(id, changes, terms) ? 0 : 1);
    const outcome = written(state, id, { ...entity, ...changes, ...operated, version });
    return [terms.returns === 'none' ? { ...outcome, answer: undefined } : outcome];
  };

/** The attributes that operators change. */
function operatedBy({ increment = {}, append = {}, set = {} }: UpdateTerms, entity: Entity): Attributes {
  const counted = Object.entries(increment).map(([name, by]) => [name, Number(entity[name] ?? 0) + by]);
  const extended = Object.entries(append).map(([name, elements]) => [
    name,
    [...((entity[name] as string[] | undefined) ?? []), ...elements],
  ]);
  const written = Object.entries(set).map(([path, value]) => {
    const [name = '', member = ''] = path.split('.');
    return [name, { ...(entity[name] as object | undefined), [member]: value }];
  });
  return Object.fromEntries([...counted, ...extended, ...written]);
}

export interface DeleteTerms {
  readonly expectedVersion?: number;
  /** What is absent may be stored still, expired: then the delete answers either way. */
  readonly mayBeExpired?: boolean;
}

export const deletes =
  (id: string, { expectedVersion, mayBeExpired }: DeleteTerms = {}): Rule =>
  (state) => {
    const entity = state.get(id);
    if (!entity) return [{ answer: false, state }, ...(mayBeExpired ? [{ answer: true, state }] : [])];
    const rejections = versionConflicts(entity, expectedVersion);
    if (rejections.length > 0) return rejectedBy(state, rejections);
    return [{ answer: true, state: withDeletion(without(state, id), id, entity) }];
  };

/** The attributes of a version, as a new version; a deleted entity is created again. */
export const reverts =
  (id: string, version: number): Rule =>
  (state) => {
    const wanted = entitiesAt(state, id, version);
    const next = (state.get(id)?.version ?? 0) + 1;
    return wanted.length > 0
      ? wanted.map((entity) => written(state, id, { ...entity, version: next }))
      : [{ answer: null, state }];
  };

/** An entity of another scope is absent to a call within one. The call must not create any. */
export const within =
  (scope: Attributes, id: string, rule: Rule): Rule =>
  (state) => {
    const entity = state.get(id);
    const isOther = entity !== undefined && Object.entries(scope).some(([name, value]) => entity[name] !== value);
    return isOther ? rule(without(state, id)).map(({ answer }) => ({ answer, state })) : rule(state);
  };

/** A call for which an absent entity is an error. */
export const required =
  (rule: Rule): Rule =>
  (state) =>
    rule(state).map((outcome) =>
      outcome.answer === null ? { ...outcome, answer: { error: 'EntityNotFoundError' } } : outcome,
    );

/** All parts or none. An update of an absent entity is an error here. */
export const transacts =
  (parts: readonly Rule[]): Rule =>
  (before) => {
    const answers: Answer[] = [];
    const rejections: object[] = [];
    let state = before;
    for (const [part, rule] of parts.entries()) {
      for (const outcome of required(rule)(state)) {
        const { answer: cause } = outcome;
        if (isError(cause)) rejections.push({ error: 'TransactionPartError', part, cause });
        else answers[part] = cause;
        state = outcome.state;
      }
    }
    return rejections.length > 0 ? rejectedBy(before, rejections) : [{ answer: answers, state }];
  };

/** The id of the record of `once` in a state. */
export const recordId = 'ONCE';

/** The results in the record of a call: stored ids of entities, and whether a deleted one existed. The calls of a family differ in them. */
export type Results = readonly (string | boolean)[];

/** The rule of a call with the key: a second one with the same results changes nothing, and has the answer of the first, with entities as they are now. */
export const once =
  (rule: Rule, results: Results, isTransaction: boolean): Rule =>
  (state) => {
    const record = state.get(recordId);
    if (!record) {
      return rule(state).map(({ answer, state: after }) => {
        const isWritten = textOf(after) !== textOf(state);
        return { answer, state: isWritten ? new Map(after).set(recordId, { results, version: 1 }) : after };
      });
    }
    if (JSON.stringify(record.results) !== JSON.stringify(results)) {
      return rejectedBy(state, [{ error: 'IdempotencyMismatchError' }]);
    }
    const answers = results.map((result) => (typeof result === 'string' ? entityIn(state, result) : result));
    return [{ answer: isTransaction ? answers : answers[0], state }];
  };

function entityIn(state: State, id: string): object | null {
  const entity = state.get(id);
  return entity ? { id: bare(id), ...entity } : null;
}

export const isError = (answer: Answer): answer is { readonly error: string } =>
  typeof answer === 'object' && answer !== null && 'error' in answer;

const rejectedBy = (state: State, errors: readonly object[]): Outcome[] => errors.map((answer) => ({ answer, state }));

function versionConflicts({ version }: Entity, expectedVersion: number | undefined): object[] {
  if (expectedVersion === undefined || expectedVersion === version) return [];
  return [{ error: 'VersionConflictError', actualVersion: version }];
}

function uniqueConflicts(state: State, id: string, attributes: Attributes): object[] {
  const prefix = id.replace(/#.*/, '#');
  const attribute = uniqueBy[prefix] ?? '';
  const value = attributes[attribute];
  const isHeld = [...state].some(
    ([other, entity]) => other !== id && other.startsWith(prefix) && entity[attribute] === value,
  );
  return value !== undefined && isHeld ? [{ error: 'UniqueConstraintError', attribute }] : [];
}

function written(state: State, id: string, attributes: Attributes): Outcome {
  const entity = visible(attributes);
  const isExpired = Number(entity.expiresAt) <= nowSeconds();
  const next = isExpired ? without(state, id) : withVersion(new Map(state).set(id, entity), id, entity);
  return { answer: { id: bare(id), ...entity }, state: next };
}

function without(state: State, id: string): State {
  const next = new Map(state);
  next.delete(id);
  return next;
}
