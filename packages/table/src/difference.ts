/** A setting that differs from the wanted value. */
export interface Difference {
  readonly setting: string;
  readonly is: string;
  readonly wanted: string;
  /** The command that fixes it, or advice if no command can. */
  readonly repair: string;
}
