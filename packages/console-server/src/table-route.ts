import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { checkTable } from '@aws-starter-kit/table';
import type { FastifyInstance } from 'fastify';
import type { ConsoleTable } from './description.js';
import { explained } from './explain-failure.js';
import { type Operations, operationsPermissions } from './operations.js';
import { assertPermission, type Guard } from './rejection.js';

/** How long an answer counts. AWS allows an account ten descriptions of tables per second. */
const freshMs = 2000;

/** Adds the route that shows how the table differs from what is wanted. Changes nothing. */
export function addTableRoute(app: FastifyInstance, operations: Operations, guard: Guard): void {
  let known: { readonly until: number; readonly table: Promise<ConsoleTable> } | undefined;
  app.get('/api/table', async (request) => {
    assertPermission(guard, request, operationsPermissions.read);
    if (!known || performance.now() > known.until)
      known = { until: performance.now() + freshMs, table: readTable(operations) };
    try {
      return await known.table;
    } catch (failure) {
      known = undefined;
      throw explained(failure, 'table', guard.reject);
    }
  });
}

async function readTable({ client, tableName, endpoint }: Operations): Promise<ConsoleTable> {
  const region = await client.config.region();
  const [{ Table: definition = {} }, { table, place, differences, unchecked }] = await Promise.all([
    client.send(new DescribeTableCommand({ TableName: tableName })),
    checkTable({ client, place: { tableName, region, endpoint } }),
  ]);
  return { table, place, definition: { ...definition }, differences, unchecked };
}
