import type { StoredItem } from '@aws-starter-kit/dynamo';
import { confirmWrite } from '@aws-starter-kit/table';
import type { UserService } from '@aws-starter-kit/users';
import { type ErasureReport, erasePeople } from './erase-person.js';
import { recordErasures, recordedErasures } from './erasure-record.js';
import { jsonText } from './json-text.js';
import { openSink } from './open-sink.js';
import { formatNumber, printNote, printResult } from './output.js';
import { newPerson, type PersonalKind } from './person.js';
import { assertNotOfOthers, findPersonalItems, type PersonTable } from './personal-items.js';
import { RejectedError } from './rejected-error.js';
import { type TableSettings, type TableTask, withTable } from './with-table.js';

export interface PersonExportSettings extends TableSettings {
  out?: string;
  email?: string[];
}

export interface ErasureSettings extends TableSettings {
  email?: string[];
  record: string;
  recorded?: string;
  yes?: boolean;
}

/** Notes on data outside the table. */
const elsewhere = [
  'The audit trail and the log hold the subject, the id and IP addresses: docs/operations/personal-data.md says how to find their lines.',
  'Backups and point-in-time recovery keep earlier states of the table until they expire.',
];

const next = 'starts over';

/** Writes all that the table holds about a person, as JSON. */
export function exportPersonCommand(user: string, settings: PersonExportSettings): Promise<void> {
  return withTable(settings, next, async (task) => {
    const person = newPerson(await idOf(task.users, user), settings.email);
    await assertNotOfOthers(tableOf(task), person);
    const [items = []] = await findPersonalItems(tableOf(task), [person]);
    if (items.length === 0) throw notFound(user, task);
    const byKind: Partial<Record<PersonalKind, StoredItem[]>> = {};
    const mentionedIn: { id: string; kind: PersonalKind }[] = [];
    for (const { kind, item } of items) {
      const { tokenHash: _, ...shown } = item;
      if (kind === 'other' || kind === 'organisation') mentionedIn.push({ id: item.id, kind });
      else byKind[kind] = [...(byKind[kind] ?? []), shown];
    }
    const document = {
      ...{ exportedAt: new Date().toISOString(), table: task.tableName, id: person.id },
      ...{ emails: [...person.emails], subjects: [...person.subjects.values()] },
      items: byKind,
      mentionedIn, // items that also belong to other people, who have a right to their data
      elsewhere,
    };
    const sink = await openSink(settings.out, { bytes: 0, signal: task.signal });
    await sink.write(`${jsonText(document, { indent: 2 })}\n`);
    sink.finish();
    if (settings.out !== undefined) printNote(`${formatNumber(items.length)} items exported to ${settings.out}`);
  });
}

/** Erases a person, or the people in a record. Returns true if nothing remains that needs a decision. */
export function erasePersonCommand(user: string | undefined, settings: ErasureSettings): Promise<boolean> {
  const { recorded, record, email } = settings;
  return withTable(settings, next, async (task) => {
    const ids = recorded === undefined ? [await idOf(task.users, user ?? '')] : recordedErasures(recorded);
    const people = ids.map((id) => newPerson(id, email));
    const table = tableOf(task);
    for (const person of people) await assertNotOfOthers(table, person);
    printNote(`Erasing ${people.length === 1 ? `user ${ids[0]}` : `${people.length} users`} in table ${task.table}.`);
    await confirmWrite({ name: `table ${task.table}`, url: task.endpoint, yes: settings.yes });
    const reports = await erasePeople(table, people, (found, [refused]) => {
      if (recorded !== undefined) return; // the other people in the record are erased anyway
      if (refused !== undefined) throw new RejectedError(refused);
      if (found.every((items) => items.length === 0)) throw notFound(user ?? '', task);
      recordErasures(record, ids); // before the erasure, which may be interrupted
    });
    printResult(settings.output, reports, () => reports.map(reportText).join('\n'));
    if (recorded === undefined)
      printNote(`Recorded in ${record}: keep this file, and erase again after a restore of the table.`);
    for (const line of elsewhere) printNote(line);
    return reports.every(({ remaining, refused }) => remaining.length === 0 && refused === undefined);
  });
}

function reportText({ id, erased, expiring, remaining, refused }: ErasureReport): string {
  const counts = Object.entries(erased).map(([kind, count]) => `${formatNumber(count)} ${kind}`);
  const lines = [`${id}  ${counts.length > 0 ? `erased: ${counts.join(', ')}` : 'nothing to erase'}`];
  if (refused !== undefined) lines.push(`  refused  ${refused}`);
  for (const item of expiring) lines.push(`  until ${item.expiresAt}  ${item.kind} ${item.id}`);
  for (const item of remaining) lines.push(`  remains  ${item.kind} ${item.id}`);
  return lines.join('\n');
}

const tableOf = ({ client, tableName, signal }: TableTask): PersonTable => ({ client, tableName, signal });

/**
 * Returns the id of a user that is given by id or email. An id is not looked up, since its user may be erased already.
 */
async function idOf(users: UserService, user: string): Promise<string> {
  if (!user.includes('@')) return user.replace(/^USER#/, '');
  const found = await users.getUserByEmail(user, { consistent: true });
  if (!found) throw new RejectedError('There is no user with this email: give the id, and the email with --email');
  return found.id;
}

const notFound = (user: string, { table }: TableTask) =>
  new RejectedError(
    `No item in table ${table} mentions ${user}: check the id and the table. After an erasure, that is the expected result`,
  );
