import { mapBounded } from '../call/concurrency.js';
import type { Session } from '../call/model-calls.js';
import type { Attributes } from '../entity/entity.js';
import { type BatchEntry, requestsAtOnce } from './batch-entry.js';
import { commit } from './commit.js';
import { raiseFence, unknownOutcome } from './fence.js';
import type { PendingWrite } from './pending-write.js';
import { pauseIfThrottled, type Statement, type StatementResult, sendStatements } from './statements.js';

/** DynamoDB's limit of the text of a statement. */
const maxStatementLength = 8192;
/** The text beside the names, with the longest name or ARN of a table. */
const maxTextBesideNames = 1_100;
/** Items with other names are written in transactions, where no name has to be quoted. */
const isPlainName = (name: string) => /^\w[\w.-]*$/.test(name);

/** True for the write of a new entity without claims whose item fits into a statement. */
export function isInsertable({ isInsert, actions }: PendingWrite<unknown>): boolean {
  if (!isInsert || actions.length > 1) return false;
  const names = Object.keys(actions[0]?.Put?.Item ?? {});
  const length = names.reduce((sum, name) => sum + name.length + "'': ?, ".length, maxTextBesideNames);
  return length <= maxStatementLength && names.every(isPlainName);
}

/** Returns the INSERT of a new entity. It is rejected where there is an item with the id: an entity, a tombstone, or an expired item. */
function insertOf({ actions }: PendingWrite<unknown>, tableName: string): Statement {
  const item: Attributes = actions[0]?.Put?.Item ?? {};
  const names = Object.keys(item).filter((name) => item[name] !== undefined);
  return {
    Statement: `INSERT INTO "${tableName}" VALUE {${names.map((name) => `'${name}': ?`).join(', ')}}`,
    Parameters: names.map((name) => item[name]),
  };
}

/**
 * Creates entities without claims, up to 25 with one request, at the units of single creates: half of those of a transaction. An entity
 * that its statement does not settle is created by a request of its own.
 */
export async function insertEntries(session: Session, entries: readonly BatchEntry[]): Promise<void> {
  const results = await insert(session, entries).catch((error: Error) => {
    for (const { onError } of entries) onError(error);
    return [];
  });
  await mapBounded([...results.entries()], requestsAtOnce, async ([i, result]) => {
    const { write, onApplied, onError } = entries[i] as BatchEntry;
    try {
      onApplied(await settle(session, write, result));
    } catch (error) {
      onError(error as Error);
    }
  });
}

async function insert(session: Session, entries: readonly BatchEntry[]): Promise<readonly StatementResult[]> {
  const unsent = entries.map((): StatementResult => ({ is: 'unsent', isUncertain: false }));
  if (entries.length === 1) return unsent; // a PutItem costs the same, and tells what it meets
  const { tableName } = session.call.connection;
  const statements = entries.map(({ write }) => insertOf(write, tableName));
  return sendStatements(session, 'INSERT', statements).catch((error: Error) => {
    if (!isOfOneStatement(error)) throw error;
    return unsent; // each alone, since the database does not say which of them it means
  });
}

const isOfOneStatement = ({ name }: Error) =>
  /^(ValidationException|SerializationException|InvalidItemError|ItemTooLargeError)$/.test(name);

/** Ends a write by the result of its statement, as `commit` does after an answer. A statement that may still arrive is fenced first. */
async function settle(session: Session, write: PendingWrite<unknown>, result: StatementResult): Promise<unknown> {
  if (!result.isUncertain) {
    if (result.is === 'applied') return write.onCommitted(undefined, false);
    await pauseIfThrottled(session, result);
    return commit(session, write);
  }
  const stored = await raiseFence(session, write);
  if (result.is === 'applied') return write.onCommitted(undefined, true);
  const next = await Promise.resolve(write.onConditionFailed(new Map([[0, stored]]), true)).catch((error) => {
    throw unknownOutcome(error);
  });
  return commit(session, next, true);
}
