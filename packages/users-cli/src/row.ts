/** A row of a file of users: its values by column, and its problem if it is malformed. */
export interface Row {
  /** The line in which it begins, from 1. */
  line: number;
  values: Record<string, unknown>;
  problem?: string;
}

/** The maximum length of a row. Without one, a quote that is not closed would make one row of the rest of the file. */
export const maxRowLength = 65_536;

/** The columns that are imported. */
export const requiredColumns = ['email', 'name'] as const;
/** The other columns of exports and of files of rejected rows, which may be there and are ignored. */
export const ignoredColumns: ReadonlySet<string> = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'version',
  'line',
  'reason',
]);
