import type { TableDescription } from '@aws-sdk/client-dynamodb';
import {
  type IndexDefinition,
  missingIndexes,
  missingVectorIndexes,
  type TableOptions,
  tableDefinition,
  type VectorIndexDefinition,
} from '@aws-starter-kit/dynamo';

/** DynamoDB's limit of global secondary indexes per table. */
const mostIndexes = 20;
/** DynamoDB's limit of vector indexes per table. */
const mostVectorIndexes = 5;

/** What a table lacks, and what it costs to add it. */
export interface IndexPlan {
  readonly missing: readonly IndexDefinition[];
  readonly missingVectors: readonly VectorIndexDefinition[];
  /** Names of the indexes that are not ready yet: DynamoDB sets them up, or fills them. */
  readonly building: readonly string[];
  /** Number of items in the table, as DynamoDB counted them up to six hours ago. */
  readonly items: number;
  /** Average size of an item in KB. */
  readonly itemKb: number;
  /** Write units for the items of the whole table in all missing indexes, without the vector indexes: items without the keys of an index cost nothing. */
  readonly unitsAtMost: number;
}

/**
 * Compares a table with its definition.
 * @param indexes number of indexes; by default DYNAMODB_INDEXES, else 2
 * @param vectors the vector indexes; by default those of DYNAMODB_VECTORS
 * @throws Error for a table with other keys, that cannot have so many indexes, or of which such an index is being deleted
 */
export function indexPlan(table: TableDescription, indexes?: number, vectors?: TableOptions['vectors']): IndexPlan {
  const { TableName = '', GlobalSecondaryIndexes: present = [], ItemCount: items = 0, TableSizeBytes = 0 } = table;
  const definition = tableDefinition(TableName, { indexes, vectors });
  const missing = missingIndexes(table, definition);
  const missingVectors = missingVectorIndexes(table, definition);
  const presentVectors = table.VectorIndexes ?? [];
  const all = present.length + missing.length;
  if (all > mostIndexes) {
    throw new Error(
      `Table ${TableName} would have ${all} indexes, and DynamoDB allows ${mostIndexes}: delete one that no model uses, or set DYNAMODB_INDEXES to fewer`,
    );
  }
  const allVectors = presentVectors.length + missingVectors.length;
  if (allVectors > mostVectorIndexes) {
    throw new Error(
      `Table ${TableName} would have ${allVectors} vector indexes, and DynamoDB allows ${mostVectorIndexes}: delete one that no model uses`,
    );
  }
  const wanted = new Set<string | undefined>(
    [...definition.GlobalSecondaryIndexes, ...(definition.VectorIndexes ?? [])].map(({ IndexName }) => IndexName),
  );
  const leaving = [...present, ...presentVectors].find(
    ({ IndexName, IndexStatus }) => IndexStatus === 'DELETING' && wanted.has(IndexName),
  );
  if (leaving) {
    throw new Error(
      `Index ${leaving.IndexName} of table ${TableName} is being deleted: run the command again when it is gone`,
    );
  }
  const itemKb = items > 0 ? TableSizeBytes / items / 1024 : 0;
  return {
    missing,
    missingVectors,
    building: [...present, ...presentVectors].flatMap(({ IndexName, IndexStatus = 'ACTIVE' }) =>
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
export function costText({ missing, missingVectors, items, itemKb, unitsAtMost }: IndexPlan): string {
  const size = itemKb > 0 ? ` of ${number(Number(itemKb.toFixed(itemKb < 1 ? 2 : 1)))} KB on average` : '';
  const names = listed([...missing, ...missingVectors].map(({ IndexName }) => IndexName));
  const each = missing.length > 1 ? `, ${number(unitsAtMost / missing.length)} for each` : '';
  return [
    `Adds ${names}. The table has ${counted(items, 'item')}${size}, as DynamoDB counted them up to six hours ago.`,
    ...(missing.length > 0
      ? [
          `Cost: at most ${counted(unitsAtMost, 'write unit')}${each}. Reads are free, and items without the keys of an index cost nothing.`,
        ]
      : []),
    ...(missingVectors.length > 0
      ? ['A vector index is charged by the bytes of its vectors; items without a vector cost nothing.']
      : []),
  ].join('\n');
}

/** Returns `GSI3, GSI4 and GSI5`. */
export const listed = (names: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names);
