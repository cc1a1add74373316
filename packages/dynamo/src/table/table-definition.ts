import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { hasStream, numberOfIndexes, vectorIndexesOf } from '../connection/environment.js';
import type { VectorIndexSettings } from '../connection/vector-settings.js';
import { type IndexName, indexKeyNames, indexNames } from '../entity/index-names.js';
import { vectorIndexDefinition, vectorKeyNames } from './vector-definition.js';

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

/** The options of a table definition. */
export interface TableOptions {
  /** Number of indexes, from 1 to 20. @default DYNAMODB_INDEXES, else 2 */
  indexes?: number | undefined;
  /**
   * Whether the table has a stream of changes, with the item before and after each.
   * @default DYNAMODB_STREAM, else false
   */
  stream?: boolean | undefined;
  /** The vector indexes of the table, at most five. @default DYNAMODB_VECTORS, else none */
  vectors?: readonly VectorIndexSettings[] | undefined;
}

/** The stream that `entityOf` needs, as input of CreateTable and UpdateTable. */
export const streamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const };

/**
 * Returns the table that all models share, as input of CreateTable: key `id`, indexes GSI1 (pk1, sk1), GSI2 (pk2, sk2)
 * and so on, on demand; with vector indexes if there are any.
 * @throws TypeError for an invalid option or variable
 */
export function tableDefinition(tableName: string, options: TableOptions = {}) {
  const indexes = indexNames.slice(0, numberOfIndexes(options.indexes));
  const vectors = vectorIndexesOf(options.vectors).map(vectorIndexDefinition);
  const ofVectors = vectors.length > 0 ? vectorKeyNames : [];
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', ...indexes.flatMap((index) => indexKeyNames[index]), ...ofVectors].map(text),
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: indexes.map(indexDefinition),
    ...(vectors.length > 0 && { VectorIndexes: vectors }),
    ...(hasStream(options.stream) && { StreamSpecification: streamSpecification }),
  } satisfies CreateTableCommandInput;
}
