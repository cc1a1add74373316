import type { TableDescription, VectorIndexDescription } from '@aws-sdk/client-dynamodb';
import type { IndexDefinition, TableDefinition } from './table-definition.js';
import type { VectorIndexDefinition } from './vector-definition.js';

/**
 * Returns the indexes of a definition that a table lacks, in their order. Further indexes of the table are left alone.
 * @throws Error for a table with another primary key, or whose index of one of these names has other keys or lacks attributes
 */
export function missingIndexes(table: TableDescription, definition: TableDefinition): IndexDefinition[] {
  checkSame(table, 'its primary key', spelled(table, table.KeySchema), spelled(definition, definition.KeySchema));
  return definition.GlobalSecondaryIndexes.filter((wanted) => {
    const { IndexName, KeySchema, Projection } = wanted;
    const index = table.GlobalSecondaryIndexes?.find((one) => one.IndexName === IndexName);
    if (!index) return true;
    checkSame(table, IndexName, spelled(table, index.KeySchema), spelled(definition, KeySchema));
    const { ProjectionType = 'ALL' } = index.Projection ?? {};
    checkSame(table, `the projection of ${IndexName}`, ProjectionType, Projection.ProjectionType);
    return false;
  });
}

/**
 * Returns the vector indexes of a definition that a table lacks. Further ones are left alone.
 * @throws Error for a table whose vector index of one of these names differs
 */
export function missingVectorIndexes(table: TableDescription, definition: TableDefinition): VectorIndexDefinition[] {
  return (definition.VectorIndexes ?? []).filter((wanted) => {
    const index = table.VectorIndexes?.find(({ IndexName }) => IndexName === wanted.IndexName);
    if (!index) return true;
    checkSame(table, wanted.IndexName, vectorIndexText(index), vectorIndexText(wanted));
    return false;
  });
}

/** Returns all that tells one vector index from another: `embedding 384 COSINE (vk0 HASH, vk1 INLINE_FILTER) KEYS_ONLY`. */
export function vectorIndexText(index: VectorIndexDescription): string {
  const { VectorAttribute, Dimensions, DistanceFunction, SearchSchema = [], Projection } = index;
  const schema = SearchSchema.map(({ AttributeName, SearchSchemaElementType: type }) => `${AttributeName} ${type}`);
  const ofVector = `${VectorAttribute?.AttributeName} ${Dimensions} ${DistanceFunction}`;
  return `${ofVector} (${schema.join(', ')}) ${Projection?.ProjectionType}`;
}

type Keys = readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[];

function spelled({ AttributeDefinitions }: Pick<TableDescription, 'AttributeDefinitions'>, keys: Keys = []): string {
  const typeOf = (name: string | undefined) =>
    AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType} ${typeOf(AttributeName)}`).join(', ');
}

function checkSame({ TableName }: TableDescription, part: string, is: string, wanted: string): void {
  if (is === wanted) return;
  throw new Error(
    `Table ${TableName} does not fit the models: ${part} is (${is}), not (${wanted}). Set DYNAMODB_TABLE to another table`,
  );
}
