import type { Session } from '../call/model-calls.js';
import type { Connection } from '../connection/connection.js';

/** DynamoDB's limit of a BatchExecuteStatement. */
export const maxStatements = 25;

/** A PartiQL statement that writes one item. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: unknown[];
}

/** How one statement of a batch ended. `isUncertain`: it may have been applied, or may still be, whatever the answer. */
export type StatementResult =
  | { readonly is: 'applied'; readonly isUncertain: boolean }
  | { readonly is: 'rejected'; readonly isUncertain: boolean; readonly code: string }
  | { readonly is: 'unsent'; readonly isUncertain: false };

/** Connections whose role lacks the permission for a kind of statement: they write one entity with each request. */
const denied = { INSERT: new WeakSet<Connection>(), DELETE: new WeakSet<Connection>() };

/**
 * Sends statements of one kind, of different items, in one BatchExecuteStatement. Each has its own outcome.
 * @throws the errors of a request that was not answered, or was rejected as a whole
 */
export async function sendStatements(
  { call }: Session,
  kind: keyof typeof denied,
  Statements: Statement[],
): Promise<StatementResult[]> {
  const unsent = Statements.map(() => ({ is: 'unsent' as const, isUncertain: false as const }));
  if (denied[kind].has(call.connection)) return unsent;
  const result = await call.write('BatchExecuteStatement', { Statements }).catch((error: Error) => {
    if (error.name !== 'AccessDeniedException') throw error;
  });
  const responses = result?.is === 'applied' ? result.output.Responses : undefined;
  if (!responses || responses.some((response) => response.Error?.Code === 'AccessDenied'))
    denied[kind].add(call.connection);
  if (!responses) return unsent;
  return Statements.map((_, i): StatementResult => {
    const code = responses[i]?.Error?.Code;
    const isUncertain = result?.abandoned === true || code === 'InternalServerError';
    return code === undefined ? { is: 'applied', isUncertain } : { is: 'rejected', isUncertain, code };
  });
}

/** Waits before the entity of a throttled statement is written alone. */
export async function pauseIfThrottled({ call }: Session, result: StatementResult): Promise<void> {
  if (result.is === 'rejected' && throttlingCodes.has(result.code)) await call.pause(1, 'throttled');
}

const throttlingCodes = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']);
