import type { Answer } from './rules.js';
import { visible } from './state.js';

export const unknownOutcome = 'WriteOutcomeUnknownError';

/** The answer of a call as the rules give it: entities without timestamps, errors as data. */
export async function answerOf(call: Promise<unknown>): Promise<Answer> {
  return call.then(plain, errorOf);
}

function plain(value: unknown): Answer {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return { id: (value as { id: string }).id, ...visible(value as Record<string, unknown>) };
}

interface Details {
  readonly name: string;
  readonly message: string;
  readonly attribute?: string;
  readonly attributes?: readonly string[];
  readonly actualVersion?: number;
  readonly part?: number;
  readonly cause?: unknown;
}

function errorOf(error: unknown): Answer {
  const { name, message, attribute, attributes, actualVersion, part, cause } = error as Details;
  switch (name) {
    case 'UniqueConstraintError':
      return { error: name, attribute };
    case 'VersionConflictError':
      return { error: name, actualVersion };
    case 'ConditionFailedError':
      return { error: name, attributes };
    case 'TransactionPartError':
      return { error: name, part, cause: errorOf(cause) };
    case 'EntityNotFoundError':
    case 'IdempotencyMismatchError':
    case unknownOutcome:
      return { error: name };
    default:
      return { error: name, message };
  }
}
