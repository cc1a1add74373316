import type { User } from '@aws-starter-kit/users';
import Table from 'cli-table3';
import { terminalText } from './terminal-text.js';

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
const minWidth = 12;
/** More than a valid name or email has. */
const maxLength = 1000;

/** Formats users as a table. On a narrow terminal, names and emails are cut, but never ids. */
export function usersTable(users: readonly User[], { columns }: Screen): string {
  const available = columns - idWidth - timeWidth - versionWidth - 4 * gap;
  const widest = (texts: string[]) => Math.max(minWidth, ...texts.map((text) => text.length));
  const emailWidth = widest(users.map(({ email }) => email));
  const nameWidth = widest(users.map(({ name }) => name));
  const isNarrow = emailWidth + nameWidth > available;
  const email = Math.max(minWidth, Math.min(emailWidth, Math.floor(available * 0.55)));
  const name = Math.max(minWidth, available - email);
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

/** Formats a user with one line for each field. */
export function userDetails(user: User): string {
  const table = new Table({ chars: plain, style });
  table.push(...Object.entries(user).map(([field, value]) => [field, printable(value)]));
  return withoutTrailingSpaces(table.toString());
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** A field is one line, and no stored text makes the layout slow. */
const printable = (value: unknown): string =>
  terminalText(String(value).slice(0, maxLength).replaceAll('\n', '·').toWellFormed());

const withoutTrailingSpaces = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
