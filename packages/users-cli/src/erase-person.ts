import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredItem, VersionConflictError } from '@aws-starter-kit/dynamo';
import { LastAdminError, type Member, MemberService, OrganisationModel } from '@aws-starter-kit/organisations';
import { normaliseEmail, UserModel } from '@aws-starter-kit/users';
import type { Person, PersonalKind } from './person.js';
import { findPersonalItems, type PersonalItem, type PersonTable } from './personal-items.js';

/** The erased items of a person, and the items that still mention them. */
export interface ErasureReport {
  readonly id: string;
  /** The number of erased items by kind. */
  readonly erased: Partial<Record<PersonalKind, number>>;
  /**
   * Items that expire by themselves. They contain only ids, and keep late attempts of earlier writes from taking
   * effect.
   */
  readonly expiring: readonly RemainingItem[];
  /** Items of unknown models, and items that also belong to other people. */
  readonly remaining: readonly RemainingItem[];
  /** The reason why the person was not erased, and the next step. */
  readonly refused?: string;
}

export interface RemainingItem {
  readonly id: string;
  readonly kind: PersonalKind;
  /** ISO 8601 */
  readonly expiresAt?: string;
}

/** Maximum number of searches for a person while other callers write about them. */
const maxRounds = 5;

/**
 * AWS rejects requests whose signature is older than five minutes. After twice that time, a tombstone has no effect any
 * more.
 */
const fenceLifetimeMs = 10 * 60_000;

/**
 * Erases all items of some people, and repeats the search until nothing is left to erase. It can be repeated at any
 * time, also after a crash: it deletes the user only after the items that can be found only through the user, and finds
 * the remaining items by the id.
 *
 * Skips a person who is the last admin of an organisation, and erases the others.
 *
 * @param onFound called and awaited before the erasure, with the items of each person and the reason for a skip
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

/**
 * Returns the reason to skip the last admin of an organisation. The removal checks this, too, but only halfway through
 * the erasure.
 */
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
 * Erases the items of a person: first those that are found through other items, then the user, then those that are
 * found by its id. Returns the reason for a skip if the person has become the last admin of an organisation meanwhile.
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
  // From here on, no token can bind its subject to the user again, and no write of the user can create another version.
  for (const { item } of of('binding'))
    if (await users.subjects.delete(item.id.slice('USERSUBJECT#'.length))) count('binding');
  for (const { kind, item } of of('version', 'claim', 'call', 'tombstone'))
    if (await eraseItem(table, kind, item)) count(kind);
  return undefined;
}

/**
 * Deletes a user in the version that was found, and returns whether it is gone. If the user was changed meanwhile, the
 * next round also searches for its new email.
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

/** Deletes an item if it is unchanged since it was read. Returns whether it was deleted. */
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
