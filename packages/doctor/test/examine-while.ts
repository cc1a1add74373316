import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect } from 'vitest';
import type { OlderTable } from '../../../test/older-table.js';
import { type ExamineOptions, examineTable } from '../src/index.js';

interface Examined extends Awaited<ReturnType<typeof examineTable>> {
  /** How many requests of the operation the doctor sent. */
  readonly requests: number;
}

/** Runs the doctor with `fix`. Just before its first request of the operation is sent, another writer does its work. */
export async function examineWhile(
  table: OlderTable,
  operation: string,
  otherWriter: () => Promise<unknown>,
  options: Partial<ExamineOptions> = {},
): Promise<Examined> {
  const inner = new NodeHttpHandler();
  let requests = 0;
  const handle: NodeHttpHandler['handle'] = async (request, handleOptions) => {
    if (request.headers['x-amz-target']?.endsWith(`.${operation}`)) {
      requests++;
      if (requests === 1) await otherWriter();
    }
    return inner.handle(request, handleOptions);
  };
  const { endpoint, region, tableName } = table;
  const client = createDynamoClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: Object.assign(Object.create(inner), { handle }),
  });
  const report = await examineTable({
    client,
    tableName,
    rate: 100_000,
    segments: 1,
    fix: true,
    mark: false,
    ...options,
  });
  expect(requests, `requests of ${operation} by the doctor`).toBeGreaterThan(0);
  return { ...report, requests };
}
