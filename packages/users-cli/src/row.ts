/** A row of a file of users: the values by column, or what is wrong with it. */
export interface Row {
  /** Where it begins, from 1. */
  line: number;
  values: Record<string, unknown>;
  problem?: string;
}

/** No user needs a longer row; a quote that is never closed makes one of all that follows. */
export const maxRowLength = 65_536;

/** Columns that are taken over, and must be there. */
export const takenColumns = ['email', 'name'] as const;
/** Columns of an export or of a report of refused rows: they may be there, and the table gives its own. */
export const knownColumns: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version', 'line', 'reason']);
