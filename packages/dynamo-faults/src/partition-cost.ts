/** Units of work in one partition. */
export interface PartitionCost {
  readonly partition: string;
  readonly units: number;
  /** The sort key of an entry of an index; absent for an item of the table, which no split can divide. */
  readonly sortKey?: string | undefined;
}
