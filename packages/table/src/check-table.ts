import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '@aws-starter-kit/dynamo';
import type { Difference } from './difference.js';
import { type Place, placeName } from './explain-failure.js';
import { isLoopback } from './is-loopback.js';
import { repairsOf } from './repairs.js';
import { tableDifferences, uncheckedSettings, type WantedTable } from './table-differences.js';
import { tableState } from './table-state.js';

export interface CheckTableOptions extends Partial<WantedTable> {
  readonly client: DynamoDBDocumentClient;
  /** The table, and its endpoint for messages; without an endpoint, it is in AWS. */
  readonly place: Place;
}

export interface TableCheck {
  readonly table: string;
  readonly place: string;
  readonly differences: readonly Difference[];
  /** Settings that this database does not report. Local engines have no point-in-time recovery, for example. */
  readonly unchecked: readonly string[];
  /** True if all wanted settings could be checked. */
  readonly isComplete: boolean;
}

/**
 * Compares a table with the wanted key, billing, indexes, stream, time to live and mark, and in production also its
 * point-in-time recovery and deletion protection. Changes nothing.
 * @throws TableNotFoundError, errors of the SDK
 */
export async function checkTable({ client, place, ...options }: CheckTableOptions): Promise<TableCheck> {
  const { production = place.endpoint === undefined || !isLoopback(place.endpoint) } = options;
  const { GlobalSecondaryIndexes } = tableDefinition(place.tableName, options);
  const indexes = GlobalSecondaryIndexes.length;
  const state = await tableState(client, place.tableName);
  const unchecked = uncheckedSettings(state);
  return {
    table: place.tableName,
    place: placeName(place),
    differences: tableDifferences(
      state,
      { ...options, indexes, production },
      repairsOf(place, indexes, options.vectors),
    ),
    unchecked,
    isComplete: !production || unchecked.length === 0,
  };
}

/** Returns the report of a check: a line for each difference, with the command that fixes it. */
export function checkText({ table, place, differences, unchecked }: TableCheck): string {
  const where = `Table ${table} at ${place}`;
  const lines = differences.map(
    ({ setting, is, wanted, repair }) => `${setting}: is ${is}, wanted ${wanted}. Repair: ${repair}`,
  );
  const count = `${differences.length} setting${differences.length === 1 ? '' : 's'}`;
  return [
    differences.length === 0 ? `${where} has the wanted settings.` : `${where} differs in ${count}:`,
    ...lines,
    ...unchecked.map((setting) => `${setting}: not checked, since this database does not report it.`),
  ].join('\n');
}

/** Returns 0 for no differences, 1 for differences, and 2 if a wanted setting could not be checked. */
export const checkExitCode = ({ differences, isComplete }: TableCheck): 0 | 1 | 2 =>
  differences.length > 0 ? 1 : isComplete ? 0 : 2;
