import { type BaseModel, DynamoModel, generateUUID, inspect } from '@aws-starter-kit/dynamo';
import { rulesOf, set } from '@aws-starter-kit/fields';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { olderTable } from '../../../test/older-table.js';
import { examineTable } from '../src/index.js';

interface Task extends BaseModel {
  title: string;
  status: string;
  tags: ReadonlySet<string>;
}

class TaskModel extends DynamoModel<Task> {
  protected getEntityName() {
    return 'Task';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(task: Task, now: string) {
    task.pk1 = `TASK#STATUS#${task.status}`;
    task.sk1 = `CREATED#${now}`;
  }
  protected override indexedAttributes() {
    return ['status'] as const;
  }
}

const schema = z.strictObject({
  title: z.string(),
  status: z.enum(['open', 'done']).default('open'),
  tags: set.default(new Set(['new'])),
});
const models = [{ stores: inspect(new TaskModel()), ...rulesOf(schema) }];
const createdAt = '2024-03-01T10:00:00.000Z';
const old = { id: 'TASK#1', title: 'Write', createdAt };
const whole = {
  ...{ id: 'TASK#2', title: 'Read', status: 'done', tags: new Set(['x']), createdAt, version: 4 },
  ...{ pk1: 'TASK#STATUS#done', sk1: `CREATED#${createdAt}` },
};
const missing = { kind: 'missing default', ids: ['TASK#1'], what: 'status, tags' };

it('reports attributes that lack their default, and writes them with the index keys that follow', async () => {
  const table = await olderTable([old, whole]);
  const { client, tableName } = table;
  const look = await examineTable({ client, tableName, models });
  expect(look.kept).toEqual([{ ...missing, outcome: 'left' }]);
  expect(await table.read(old.id)).toEqual(old);

  const fix = await examineTable({ client, tableName, models, fix: true });
  expect(fix.kept).toEqual([{ ...missing, outcome: 'repaired' }]);
  expect(await table.read(old.id)).toEqual({
    ...{ ...old, status: 'open', tags: new Set(['new']), version: 1 },
    ...{ pk1: 'TASK#STATUS#open', sk1: `CREATED#${createdAt}` },
  });
  expect(await table.read(whole.id)).toEqual(whole);
  expect(await examineTable({ client, tableName, models })).toMatchObject({ left: 0, repaired: 0 });
});
