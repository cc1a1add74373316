import type { User } from '@aws-starter-kit/users';
import Table from 'cli-table3';

export interface Screen {
  columns: number;
}

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
const gap = 2;
const idWidth = 36;
const timeWidth = 16;
const versionWidth = 7;
const leastWidth = 12;

/** Users as rows: on a narrow terminal names and addresses are cut, ids never. */
export function usersTable(users: readonly User[], { columns }: Screen): string {
  const left = columns - idWidth - timeWidth - versionWidth - 4 * gap;
  const widest = (texts: string[]) => Math.max(leastWidth, ...texts.map((text) => text.length));
  const emailWidth = widest(users.map(({ email }) => email));
  const nameWidth = widest(users.map(({ name }) => name));
  const isNarrow = emailWidth + nameWidth > left;
  const email = Math.max(leastWidth, Math.min(emailWidth, Math.floor(left * 0.55)));
  const name = Math.max(leastWidth, left - email);
  const table = new Table({
    head: ['ID', 'EMAIL', 'NAME', 'CREATED', 'VERSION'],
    chars: plain,
    style,
    colAligns: ['left', 'left', 'left', 'left', 'right'],
    ...(isNarrow && { colWidths: [null, email, name, null, null], wordWrap: false }),
  });
  table.push(
    ...users.map((user) => [user.id, user.email, user.name, minute(user.createdAt), user.version].map(printable)),
  );
  return withoutTrailingSpaces(table.toString());
}

/** One user, a line for each field. */
export function userDetails(user: User): string {
  const table = new Table({ chars: plain, style });
  table.push(...Object.entries(user).map(([field, value]) => [field, printable(value)]));
  return withoutTrailingSpaces(table.toString());
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** What people call themselves must not move the cursor of who looks at it. */
const printable = (value: unknown): string => String(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');

const withoutTrailingSpaces = (text: string): string => text.replace(/[ ]+$/gm, '');
