import type { VectorIndex } from '@aws-sdk/client-dynamodb';
import { type VectorIndexSettings, vectorIndexName } from '../connection/vector-settings.js';
import { vectorFilterKeys, vectorPartitionKey } from '../entity/vector-index.js';

const distanceFunctions = { cosine: 'COSINE', euclidean: 'EUCLIDEAN', dotProduct: 'DOT_PRODUCT' } as const;

/** A vector index, as input of CreateTable and UpdateTable. */
export type VectorIndexDefinition = VectorIndex & { readonly IndexName: string };

/** The names of the keys that vector indexes need, in the table's list of attributes. */
export const vectorKeyNames = [vectorPartitionKey, ...vectorFilterKeys];

/**
 * Returns the definition of a vector index. It holds ids alone, since that is what the index is charged for; the keys are the same for every
 * model, so that models share an index, and a new filter needs no new one.
 */
export const vectorIndexDefinition = (settings: VectorIndexSettings): VectorIndexDefinition => ({
  IndexName: vectorIndexName(settings),
  VectorAttribute: { AttributeName: settings.attribute },
  Dimensions: settings.dimensions,
  DistanceFunction: distanceFunctions[settings.distance ?? 'cosine'],
  SearchSchema: [
    { AttributeName: vectorPartitionKey, SearchSchemaElementType: 'HASH' },
    ...vectorFilterKeys.map((name) => ({ AttributeName: name, SearchSchemaElementType: 'INLINE_FILTER' as const })),
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});
