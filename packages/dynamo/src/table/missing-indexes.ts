import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { IndexDefinition, TableDefinition } from './table-definition.js';

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
