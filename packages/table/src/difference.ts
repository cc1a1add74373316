/** A setting of a table that is not as wanted. */
export interface Difference {
  readonly setting: string;
  readonly is: string;
  readonly wanted: string;
  /** A command, or what to do where no command can repair it. */
  readonly repair: string;
}
