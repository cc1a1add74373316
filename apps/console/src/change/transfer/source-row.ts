/** A row of a file. */
export interface SourceRow {
  /** From 1; the header is no row. */
  readonly number: number;
  /** By column. CSV has texts, JSON any values. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Why the row cannot be read. */
  readonly problem?: string;
}

/** The longest row, in characters: an open quote must not read the whole file as one value. */
export const longestRow = 1_000_000;
