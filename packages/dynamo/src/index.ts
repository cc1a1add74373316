export { createDynamoClient, type DynamoClientOptions } from './connection/dynamo-client.js';
export { tableOf } from './connection/shared-client.js';
export * from './model.js';
export { type EnsureTableOptions, ensureTable } from './table/ensure-table.js';
