import { isApiError } from '@aws-starter-kit/client';
import { SignedOutError } from './session.js';

/** What a failed call means to the user, by what they can do about it. */
export type Failure =
  | 'offline'
  | 'signedOut'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'invalid'
  | 'busy'
  | 'unknownOutcome'
  | 'aborted'
  | 'other';

/** An error as the console shows it. */
export interface ErrorDescription {
  readonly kind: Failure;
  readonly title: string;
  readonly message: string;
  /** Identifies the request in the log of the API. */
  readonly requestId?: string;
  /** Problems of the input by path: `data.email`. */
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  /** The field whose value another entity holds. */
  readonly field?: string;
  readonly reason?: string;
}

/** The API rejected a request of one of the console's own resources. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
  readonly data: ErrorDetails;
  constructor(message: string, data: ErrorDetails) {
    super(message);
    this.data = data;
  }
}

interface ErrorDetails {
  readonly code?: string;
  readonly httpStatus?: number;
  readonly reason?: string;
  readonly field?: string;
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  readonly requestId?: string;
}

/** Returns the error of an answer whose status is no success. */
export async function errorOfAnswer(response: Response): Promise<ResourceError> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = Object(Object(body).error ?? body) as { message?: unknown; data?: ErrorDetails };
  const requestId = response.headers.get('x-request-id');
  const message = typeof error.message === 'string' ? error.message : `The API answered ${response.status}`;
  return new ResourceError(message, {
    httpStatus: response.status,
    ...(requestId && { requestId }),
    ...(Object(error.data ?? error) as ErrorDetails),
  });
}

/** Titles by reason, where the reason says more than the code. */
const titles: Readonly<Record<string, string>> = {
  EMAIL_TAKEN: 'This email is taken',
  VALUE_TAKEN: 'This value is taken',
  VERSION_CONFLICT: 'Somebody else has changed this in the meantime',
  CONDITION_FAILED: 'This has changed in the meantime',
  INVALID_CURSOR: 'This page of the list no longer exists',
  OUTCOME_UNKNOWN: 'This may or may not have been applied',
  KEY_REUSED: 'This was sent with other values before',
  DELETED_SINCE: 'This was deleted in the meantime',
  SUPERSEDED: 'A later change has replaced this one',
  INVALID_TOKEN: 'Your sign-in has ended',
  MISSING_PERMISSION: 'You lack a permission',
  NOT_A_MEMBER: 'You are no member of this organisation',
  ALREADY_MEMBER: 'This person is a member already',
  PERSON_ACCOUNT: 'This is the account of a person',
  LAST_ADMIN: 'The last admin must stay',
  INVITATION_NOT_FOUND: 'This invitation is no longer valid',
  ROLE_TOO_LOW: 'Your role does not allow this',
};

const byStatus: Readonly<Record<number, readonly [Failure, string]>> = {
  400: ['invalid', 'Some values are not valid'],
  401: ['signedOut', 'Your sign-in has ended'],
  403: ['forbidden', 'You may not do this'],
  404: ['notFound', 'Not found'],
  408: ['busy', 'The API took too long'],
  409: ['conflict', 'This conflicts with another change'],
  413: ['invalid', 'This is too large'],
  422: ['invalid', 'Some values are not valid'],
  429: ['busy', 'The API is busy'],
  499: ['aborted', 'Cancelled'],
  502: ['busy', 'The API cannot be reached'],
  503: ['busy', 'The API is busy'],
  504: ['busy', 'The API took too long'],
};

/** Describes any error of a call, for the user. */
export function describeError(error: unknown): ErrorDescription {
  const message = error instanceof Error ? error.message : String(error);
  if (isSignedOut(error)) return { kind: 'signedOut', title: 'You are signed out', message };
  if (isAbort(error)) return { kind: 'aborted', title: 'Cancelled', message };
  const data: ErrorDetails | undefined | null =
    error instanceof ResourceError ? error.data : isApiError(error) ? error.data : undefined;
  if (!data) return offlineOrOther(error, message);
  const { reason, requestId, fieldErrors, field, httpStatus = 500 } = data;
  const [kind, title] = byStatus[httpStatus] ?? ['other', 'Something went wrong'];
  return {
    kind: reason === 'OUTCOME_UNKNOWN' ? 'unknownOutcome' : kind,
    title: (reason && titles[reason]) ?? title,
    message,
    ...(requestId && { requestId }),
    ...(fieldErrors && { fieldErrors }),
    ...(field && { field }),
    ...(reason && { reason }),
  };
}

/** Returns whether the user has to sign in again, before anything else can work. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof SignedOutError || (error instanceof Error && error.cause instanceof SignedOutError);

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || Object(error.cause).name === 'AbortError');

/** An error without an answer: there is no connection, or the console itself is at fault. */
function offlineOrOther(error: unknown, message: string): ErrorDescription {
  const isOffline = globalThis.navigator?.onLine === false || isApiError(error) || error instanceof TypeError;
  return isOffline
    ? { kind: 'offline', title: 'The API cannot be reached', message }
    : { kind: 'other', title: 'Something went wrong', message };
}
