import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type TableDefinition, vectorIndexText } from '@aws-starter-kit/dynamo';
import type { Difference } from './difference.js';
import type { Repairs } from './repairs.js';

/** Compares the vector indexes of a table with those of its definition. */
export function vectorDifferences(
  { VectorIndexes: present = [] }: TableDescription,
  { VectorIndexes: wanted = [] }: TableDefinition,
  repairs: Repairs,
): Difference[] {
  const differing = wanted.flatMap((index) => {
    const setting = `vector index ${index.IndexName}`;
    const found = present.find(({ IndexName }) => IndexName === index.IndexName);
    if (!found) return [{ setting, is: 'missing', wanted: 'present', repair: repairs.update }];
    const [is, text] = [vectorIndexText(found), vectorIndexText(index)];
    if (is !== text) return [{ setting, is, wanted: text, repair: repairs.replaceVectors(index.IndexName) }];
    const { IndexStatus: status = 'ACTIVE' } = found;
    return status === 'ACTIVE' ? [] : [{ setting, is: status.toLowerCase(), wanted: 'active', repair: repairs.wait }];
  });
  const names = new Set<string | undefined>(wanted.map(({ IndexName }) => IndexName));
  const extra = present
    .filter(({ IndexName }) => !names.has(IndexName))
    .map(({ IndexName = '' }) => ({
      ...{ setting: `vector index ${IndexName}`, is: 'present', wanted: 'absent: it adds to the cost of writes' },
      repair: repairs.extraVectors(IndexName),
    }));
  return [...differing, ...extra];
}
