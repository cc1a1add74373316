import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredItem, VersionConflictError } from '@aws-starter-kit/dynamo';
import { LastAdminError, type Member, MemberService, OrganisationModel } from '@aws-starter-kit/organisations';
import { normaliseEmail, UserModel } from '@aws-starter-kit/users';
import type { Person, PersonalKind } from './person.js';
import { findPersonalItems, type PersonalItem, type PersonTable } from './personal-items.js';

/** What was erased of a person, and what still mentions them. */
export interface ErasureReport {
  readonly id: string;
  /** The number of items erased, by what they were. */
  readonly erased: Partial<Record<PersonalKind, number>>;
  /** Items that expire by themselves. They hold ids only, and keep late attempts of earlier writes from taking effect. */
  readonly expiring: readonly RemainingItem[];
  /** Items that the command does not know, or that belong to others too. */
  readonly remaining: readonly RemainingItem[];
  /** Why the person is not erased, and what to do next. */
  readonly refused?: string;
}

export interface RemainingItem {
  readonly id: string;
  readonly kind: PersonalKind;
  /** ISO 8601 */
  readonly expiresAt?: string;
}

/** How often a person is looked for anew, if others write about them at the same time. */
const maxRounds = 5;

/** AWS rejects a request whose signature is older than five minutes: twice that, a tombstone keeps nothing out any more. */
const fenceLifetimeMs = 10 * 60_000;

/**
 * Erases all items of some people, and looks for them again until nothing is left to erase. It can be repeated at any time,
 * also after a crash: the user goes after what only the user leads to, and what remains is found by the id.
 *
 * A person who is the last admin of an organisation is refused, and the others are erased.
 *
 * @param onFound called, and awaited, with what was found of each person and why they are refused, before anything is erased
 * @throws the errors of the database
 */
export async function erasePeople(
  table: PersonTable,
  people: readonly Person[],
  onFound?: (items: readonly (readonly PersonalItem[])[], refused: readonly (string | undefined)[]) => unknown,
): Promise<ErasureReport[]> {
  const erased = people.map((): Partial<Record<PersonalKind, number>> => ({}));
  let found = await findPersonalItems(table, people);
  const refused: (string | undefined)[] = [];
  for (const [at, person] of people.entries()) refused.push(await whyRefused(table, person, found[at] ?? []));
  await onFound?.(found, refused);
  for (let round = 1; round <= maxRounds; round++) {
    let isDone = true;
    for (const [at, person] of people.entries()) {
      const items = (found[at] ?? []).filter(isErasable);
      if (items.length === 0 || refused[at] !== undefined) continue;
      isDone = false;
      refused[at] = await eraseItems(table, person, items, erased[at] ?? {});
    }
    if (isDone) break;
    found = await findPersonalItems(table, people);
  }
  return people.map(({ id }, at) => {
    const left = (found[at] ?? []).map(remaining);
    const isExpiring = ({ expiresAt }: RemainingItem) => expiresAt !== undefined;
    return {
      id,
      erased: erased[at] ?? {},
      expiring: left.filter(isExpiring),
      remaining: left.filter((item) => !isExpiring(item)),
      ...(refused[at] !== undefined && { refused: refused[at] }),
    };
  });
}

const isErasable = ({ kind, item }: PersonalItem): boolean =>
  kind === 'call' || kind === 'tombstone'
    ? expiryOf(kind, item) <= Date.now()
    : kind !== 'organisation' && kind !== 'other';

function expiryOf(kind: PersonalKind, item: StoredItem): number {
  return kind === 'tombstone' ? Number(item._fence ?? 0) + fenceLifetimeMs : Number(item.expiresAt ?? 0) * 1000;
}

function remaining({ kind, item }: PersonalItem): RemainingItem {
  const isExpiring = kind === 'call' || kind === 'tombstone';
  return { id: item.id, kind, ...(isExpiring && { expiresAt: new Date(expiryOf(kind, item)).toISOString() }) };
}

/** An organisation keeps an admin. This is checked by the removal too, but half an erasure would be of no use. */
async function whyRefused(
  table: PersonTable,
  { id }: Person,
  items: readonly PersonalItem[],
): Promise<string | undefined> {
  const organisations = new OrganisationModel(table);
  const last: string[] = [];
  for (const { item } of items.filter(({ kind }) => kind === 'membership')) {
    const { organisationId } = item as StoredItem & Member;
    const organisation = await organisations.getById(organisationId, { consistent: true });
    const { adminIds } = organisation ?? {};
    if (adminIds?.size === 1 && adminIds.has(item.id.slice('MEMBER#'.length))) last.push(organisationId);
  }
  return last.length > 0 ? lastAdmin(id, last) : undefined;
}

const lastAdmin = (id: string, organisations: readonly string[]) =>
  `User ${id} is the last admin of ${organisations.length === 1 ? 'organisation' : 'organisations'} ${organisations.join(', ')}: make another member an admin there (organisations.setRole), then run the same command again`;

/**
 * Erases the items of a person, from those that only others lead to, to the user and what its id leads to. Returns why the
 * person is refused, if they have become the last admin of an organisation in the meantime.
 */
async function eraseItems(
  table: PersonTable,
  person: Person,
  items: readonly PersonalItem[],
  erased: Partial<Record<PersonalKind, number>>,
): Promise<string | undefined> {
  const users = new UserModel(table);
  const of = (...kinds: PersonalKind[]) => items.filter(({ kind }) => kinds.includes(kind));
  const count = (kind: PersonalKind) => {
    erased[kind] = (erased[kind] ?? 0) + 1;
  };
  for (const { item } of of('membership')) {
    const { organisationId, issuer, subject } = item as StoredItem & Member;
    try {
      if (await new MemberService({ organisationId }, table).leave({ issuer, subject })) count('membership');
    } catch (error) {
      if (!(error instanceof LastAdminError)) throw error;
      return lastAdmin(person.id, [organisationId]);
    }
  }
  for (const { item } of of('invitation')) {
    const members = new MemberService({ organisationId: String(item.organisationId) }, table);
    if (await members.revokeInvitation(item.id.slice('INVITATION#'.length))) count('invitation');
  }
  if (!(await eraseUser(users, person, () => count('user')))) return undefined;
  // from here on, no token can bind its subject to the user again, and no write of the user can make another version
  for (const { item } of of('binding'))
    if (await users.subjects.delete(item.id.slice('USERSUBJECT#'.length))) count('binding');
  for (const { kind, item } of of('version', 'claim', 'call', 'tombstone'))
    if (await eraseItem(table, kind, item)) count(kind);
  return undefined;
}

/**
 * Deletes a user as it was found, and returns whether it is gone. If it was changed in the meantime, the next round looks
 * for its new email too.
 */
async function eraseUser(users: UserModel, { id, emails }: Person, onErased: () => void): Promise<boolean> {
  const user = await users.getById(id, { consistent: true });
  if (!user) return true;
  if (user.email && !emails.has(normaliseEmail(user.email))) return false;
  try {
    if (await users.delete(id, { expectedVersion: user.version })) onErased();
    return true;
  } catch (error) {
    if (error instanceof VersionConflictError) return false;
    throw error;
  }
}

/** Deletes an item if it is as it was read, and returns whether it was. */
async function eraseItem({ client, tableName }: PersonTable, kind: PersonalKind, item: StoredItem): Promise<boolean> {
  const attribute = { claim: 'ownerId', call: 'expiresAt', tombstone: '_fence' }[String(kind)];
  const isUnchanged = attribute && {
    ConditionExpression: '#attribute = :value',
    ExpressionAttributeNames: { '#attribute': attribute },
    ExpressionAttributeValues: { ':value': item[attribute] },
  };
  try {
    await client.send(new DeleteCommand({ TableName: tableName, Key: { id: item.id }, ...isUnchanged }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
