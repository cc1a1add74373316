import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const index = (n: number) => ({
  IndexName: `GSI${n}`,
  KeySchema: [hash(`pk${n}`), range(`sk${n}`)],
  Projection: { ProjectionType: 'ALL' as const },
});

/** The table that all models share, as input of CreateTable: key `id`, indexes GSI1 (pk1, sk1) and GSI2 (pk2, sk2), on demand. */
export function tableDefinition(tableName: string) {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', 'pk1', 'sk1', 'pk2', 'sk2'].map(text),
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: [index(1), index(2)],
  } satisfies CreateTableCommandInput;
}
