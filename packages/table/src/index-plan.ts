import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type IndexDefinition, missingIndexes, tableDefinition } from '@aws-starter-kit/dynamo';

/** DynamoDB's limit of global secondary indexes per table. */
const mostIndexes = 20;

/** What a table lacks, and what it costs to add it. */
export interface IndexPlan {
  readonly missing: readonly IndexDefinition[];
  /** Names of the indexes that are not ready yet: DynamoDB sets them up, or fills them. */
  readonly building: readonly string[];
  /** Number of items in the table, as DynamoDB counted them up to six hours ago. */
  readonly items: number;
  /** Average size of an item in KB. */
  readonly itemKb: number;
  /** Write units for the items of the whole table in all missing indexes: items without the keys of an index cost nothing. */
  readonly unitsAtMost: number;
}

/**
 * Compares a table with its definition.
 * @param indexes number of indexes; by default DYNAMODB_INDEXES, else 2
 * @throws Error for a table with other keys, that cannot have so many indexes, or of which such an index is being deleted
 */
export function indexPlan(table: TableDescription, indexes?: number): IndexPlan {
  const { TableName = '', GlobalSecondaryIndexes: present = [], ItemCount: items = 0, TableSizeBytes = 0 } = table;
  const definition = tableDefinition(TableName, { indexes });
  const missing = missingIndexes(table, definition);
  const all = present.length + missing.length;
  if (all > mostIndexes) {
    throw new Error(
      `Table ${TableName} would have ${all} indexes, and DynamoDB allows ${mostIndexes}: delete one that no model uses, or set DYNAMODB_INDEXES to fewer`,
    );
  }
  const wanted = new Set<string | undefined>(definition.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  const leaving = present.find(({ IndexName, IndexStatus }) => IndexStatus === 'DELETING' && wanted.has(IndexName));
  if (leaving) {
    throw new Error(
      `Index ${leaving.IndexName} of table ${TableName} is being deleted: run the command again when it is gone`,
    );
  }
  const itemKb = items > 0 ? TableSizeBytes / items / 1024 : 0;
  return {
    missing,
    building: present.flatMap(({ IndexName, IndexStatus = 'ACTIVE' }) =>
      IndexStatus === 'ACTIVE' ? [] : [IndexName ?? ''],
    ),
    items,
    itemKb,
    unitsAtMost: items * Math.max(1, Math.ceil(itemKb)) * missing.length,
  };
}

const number = (value: number) => value.toLocaleString('en');
const counted = (value: number, unit: string) => `${number(value)} ${unit}${value === 1 ? '' : 's'}`;

/** Returns what an update will do and cost, for the question before it. */
export function costText({ missing, items, itemKb, unitsAtMost }: IndexPlan): string {
  const size = itemKb > 0 ? ` of ${number(Number(itemKb.toFixed(itemKb < 1 ? 2 : 1)))} KB on average` : '';
  const names = listed(missing.map(({ IndexName }) => IndexName));
  const each = missing.length > 1 ? `, ${number(unitsAtMost / missing.length)} for each` : '';
  return [
    `Adds ${names}. The table has ${counted(items, 'item')}${size}, as DynamoDB counted them up to six hours ago.`,
    `Cost: at most ${counted(unitsAtMost, 'write unit')}${each}. Reads are free, and items without the keys of an index cost nothing.`,
  ].join('\n');
}

/** Returns `GSI3, GSI4 and GSI5`. */
export const listed = (names: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names);
