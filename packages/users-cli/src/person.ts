import type { StoredItem } from '@aws-starter-kit/dynamo';
import { normaliseEmail, type Subject } from '@aws-starter-kit/users';

/** The identifiers of a person in a table. The search adds identifiers while it reads items. */
export interface Person {
  /** The id of the user, without prefix. */
  readonly id: string;
  readonly emails: Set<string>;
  /** The subjects of the person at issuers, as JSON. */
  readonly subjects: Map<string, Subject>;
  /** Ids of other items that represent the person: the binding and memberships. */
  readonly otherIds: Set<string>;
}

/** The kind of an item that mentions a person. */
export type PersonalKind =
  | 'user'
  | 'version'
  | 'claim'
  | 'binding'
  | 'membership'
  | 'invitation'
  | 'organisation'
  | 'call'
  | 'tombstone'
  | 'other';

export const newPerson = (id: string, emails: Iterable<string> = []): Person => ({
  id,
  emails: new Set([...emails].map(normaliseEmail)),
  subjects: new Map(),
  otherIds: new Set(),
});

/** Adds a subject, and returns whether it is new. */
export function addSubject({ subjects }: Person, { issuer, subject }: Subject): boolean {
  const name = JSON.stringify([issuer, subject]);
  if (subjects.has(name)) return false;
  subjects.set(name, { issuer, subject });
  return true;
}

const isSubjectOf = ({ subjects }: Person, { issuer, subject }: Record<string, unknown>) =>
  subjects.has(JSON.stringify([issuer, subject]));

/** Returns a test of whether an item mentions a person, in any attribute, key or nested value. */
export function mentionsOf(person: Person): (item: unknown) => boolean {
  const words = [person.id, ...person.emails, ...person.otherIds].map(quoted);
  // matches whole words: ada@example.com is not in wada@example.com, nor in ada@example.com.au
  const pattern = new RegExp(String.raw`(?<![\w.+%-])(?:${words.join('|')})(?![\w%+-]|\.\w)`, 'i');
  const mentions = (value: unknown): boolean => {
    if (typeof value === 'string') return pattern.test(value);
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return false;
    if (Array.isArray(value) || value instanceof Set) return [...value].some(mentions);
    const entries = Object.entries(value);
    return isSubjectOf(person, value as Record<string, unknown>) || entries.flat().some(mentions);
  };
  return mentions;
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Returns the kind of an item that mentions a person. `other` is for items of other people and of unknown models. */
export function kindOf(person: Person, item: StoredItem): PersonalKind {
  const { id, ownerId, userId, email } = item;
  const userKey = `USER#${person.id}`;
  if (item._tombstone !== undefined) return 'tombstone';
  if (id === userKey) return 'user';
  if (id.startsWith(`USER@${person.id}#`)) return 'version';
  if (id.startsWith('UNIQUE#')) return ownerId === userKey || isBindingClaim(person, item) ? 'claim' : 'other';
  if (id.startsWith('USERSUBJECT#')) return userId === person.id ? 'binding' : 'other';
  if (id.startsWith('ORGANISATION#')) return 'organisation';
  if (id.startsWith('ONCE#')) return 'call';
  const isOwnEmail = typeof email === 'string' && person.emails.has(normaliseEmail(email));
  if (id.startsWith('INVITATION#')) return isOwnEmail ? 'invitation' : 'other';
  if (!id.startsWith('MEMBER#')) return 'other';
  // As in the binding of a user, the verified email identifies the member only if no subject is known.
  return isSubjectOf(person, item) || (person.subjects.size === 0 && isOwnEmail) ? 'membership' : 'other';
}

const isBindingClaim = ({ id }: Person, item: StoredItem) => item.id === `UNIQUE#USERSUBJECT#userId#${id}`;
