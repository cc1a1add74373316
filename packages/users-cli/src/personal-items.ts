import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredItem } from '@aws-starter-kit/dynamo';
import { normaliseEmail, type Subject, UserModel } from '@aws-starter-kit/users';
import { addSubject, kindOf, mentionsOf, type Person, type PersonalKind } from './person.js';
import { RejectedError } from './rejected-error.js';

/** An item that mentions a person. */
export interface PersonalItem {
  readonly kind: PersonalKind;
  readonly item: StoredItem;
}

/** The table to search for a person. */
export interface PersonTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((itemsRead: number) => void) | undefined;
}

/**
 * Finds all items that mention some people, with strongly consistent scans of the whole table, because no index
 * contains every mention of an id or an email. An identifier that a scan discovers, such as a former email, needs a
 * further scan.
 *
 * @returns the items of each person, by position
 */
export async function findPersonalItems(table: PersonTable, people: readonly Person[]): Promise<PersonalItem[][]> {
  const users = new UserModel(table);
  for (const person of people) await learnByKeys(users, person);
  for (;;) {
    const found = await scanFor(table, people);
    let isMoreKnown = false;
    for (const [at, person] of people.entries())
      for (const { kind, item } of found[at] ?? []) {
        if (await learn(users, person, kind, item)) isMoreKnown = true;
      }
    if (!isMoreKnown) return found;
  }
}

async function scanFor(
  { client, tableName, signal, onProgress }: PersonTable,
  people: readonly Person[],
): Promise<PersonalItem[][]> {
  const tests = people.map(mentionsOf);
  const found: PersonalItem[][] = people.map(() => []);
  let from: Record<string, unknown> | undefined;
  let read = 0;
  do {
    signal?.throwIfAborted();
    const input = { TableName: tableName, ConsistentRead: true, ExclusiveStartKey: from };
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand(input),
      signal && { abortSignal: signal },
    );
    for (const item of Items as StoredItem[])
      for (const [at, person] of people.entries())
        if (tests[at]?.(item)) found[at]?.push({ kind: kindOf(person, item), item });
    read += Items.length;
    onProgress?.(read);
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}

/** Reads the email and the subject of a person, which identify most other items. */
async function learnByKeys(users: UserModel, person: Person): Promise<void> {
  const user = await users.getById(person.id, { consistent: true });
  if (user?.email) person.emails.add(normaliseEmail(user.email));
  const binding = await users.subjects.getByUnique('userId', person.id);
  if (binding) learnBinding(person, binding);
}

function learnBinding(person: Person, { id, issuer, subject }: Subject & { id: string }): boolean {
  person.otherIds.add(id.replace('USERSUBJECT#', ''));
  return addSubject(person, { issuer, subject });
}

/** Adds the identifiers in an item to a person, and returns whether one of them is new. */
async function learn(users: UserModel, person: Person, kind: PersonalKind, item: StoredItem): Promise<boolean> {
  const { emails, otherIds } = person;
  const known = emails.size + otherIds.size;
  if (kind === 'binding') return learnBinding(person, item as StoredItem & Subject);
  if (kind === 'membership') {
    otherIds.add(item.id.replace('MEMBER#', ''));
    addSubject(person, item as StoredItem & Subject);
  }
  const email = kind === 'version' ? Object(item.entity).email : kind === 'membership' ? item.email : undefined;
  if (typeof email === 'string' && email !== '' && !emails.has(normaliseEmail(email)))
    if (!(await isOfAnother(users, person, email))) emails.add(normaliseEmail(email));
  return emails.size + otherIds.size > known;
}

/** Returns whether another user now holds an email, such as a former email of the person. */
async function isOfAnother(users: UserModel, { id }: Person, email: string): Promise<boolean> {
  const holder = await users.getByUnique('email', email);
  return holder !== null && holder.id !== id;
}

/**
 * Checks the emails that an operator gave for a person. An email of another user would match all data of that user.
 * @throws RejectedError
 */
export async function assertNotOfOthers({ client, tableName }: PersonTable, person: Person): Promise<void> {
  const users = new UserModel({ client, tableName });
  for (const email of person.emails)
    if (await isOfAnother(users, person, email))
      throw new RejectedError(`Another user holds ${email} now: leave out --email ${email}. Nothing was changed`);
}
