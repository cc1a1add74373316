import type { StoredItem } from '@aws-starter-kit/dynamo';
import { normaliseEmail, type Subject } from '@aws-starter-kit/users';

/** What identifies a person in a table. More becomes known while items are read. */
export interface Person {
  /** The id of the user, without prefix. */
  readonly id: string;
  readonly emails: Set<string>;
  /** The subjects of the person at issuers, by their JSON. */
  readonly subjects: Map<string, Subject>;
  /** Ids of other items that stand for the person: of the binding, of memberships. */
  readonly otherIds: Set<string>;
}

/** What an item that mentions a person is. */
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
  // a longer word is another one: ada@example.com is not in wada@example.com, nor in ada@example.com.au
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

/** Returns what an item is that mentions a person. `other` are the items of other people and of models not known here. */
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
  // as for the binding of a user: the subject counts, and the verified email only as long as no subject is known
  return isSubjectOf(person, item) || (person.subjects.size === 0 && isOwnEmail) ? 'membership' : 'other';
}

const isBindingClaim = ({ id }: Person, item: StoredItem) => item.id === `UNIQUE#USERSUBJECT#userId#${id}`;
