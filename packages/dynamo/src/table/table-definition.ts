import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { numberOfIndexes } from '../connection/environment.js';
import { type IndexName, indexKeyNames, indexNames } from '../entity/index-names.js';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });

function indexDefinition(IndexName: IndexName) {
  const [pk, sk] = indexKeyNames[IndexName];
  return { IndexName, KeySchema: [hash(pk), range(sk)], Projection: { ProjectionType: 'ALL' as const } };
}

/** An index, as input of CreateTable and UpdateTable. */
export type IndexDefinition = ReturnType<typeof indexDefinition>;

/** A table, as input of CreateTable. */
export type TableDefinition = ReturnType<typeof tableDefinition>;

/**
 * Returns the table that all models share, as input of CreateTable: key `id`, indexes GSI1 (pk1, sk1), GSI2 (pk2, sk2) and so on, on demand.
 * @param options `indexes`: how many, from 1 to 20; by default DYNAMODB_INDEXES, else 2
 * @throws TypeError for another number of indexes
 */
export function tableDefinition(tableName: string, options: { indexes?: number | undefined } = {}) {
  const indexes = indexNames.slice(0, numberOfIndexes(options.indexes));
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', ...indexes.flatMap((index) => indexKeyNames[index])].map(text),
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: indexes.map(indexDefinition),
  } satisfies CreateTableCommandInput;
}
