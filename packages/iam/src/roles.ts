/** A part of an ARN's path that an action is granted on. `everything` is for actions that AWS does not limit to a resource. */
export type Resource = 'table' | 'indexes' | 'stream' | 'everything';

/** A reason why a role sends requests, and what it needs for it. */
export interface Need {
  /** Letters and digits, unique within the role: the Sid of the statement. */
  readonly sid: string;
  /** Completes "needed to …". */
  readonly reason: string;
  /** Without the prefix `dynamodb:`. */
  readonly actions: readonly string[];
  readonly on: Resource;
  /** Limits a need to items whose id is, or begins with, one of these; a `*` matches any text. @default all items */
  readonly ids?: readonly string[];
  /** An option that a policy includes this need for; without the option it is left out. @default always included */
  readonly option?: 'stream';
}

const readStream: readonly Need[] = [
  {
    sid: 'FindStream',
    reason: 'find the stream of the table by its name; AWS does not limit ListStreams to a table',
    actions: ['ListStreams'],
    on: 'everything',
    option: 'stream',
  },
  {
    sid: 'ReadStream',
    reason: 'read changes from the stream',
    actions: ['DescribeStream', 'GetRecords', 'GetShardIterator'],
    on: 'stream',
    option: 'stream',
  },
];

/** The reads and writes of the models that `apps/api` and `pnpm users` serve. */
const model: readonly Need[] = [
  {
    sid: 'ReadItems',
    reason: 'read items, alone, in batches and in transactions',
    actions: ['GetItem', 'BatchGetItem'],
    on: 'table',
  },
  { sid: 'QueryIndexes', reason: 'list, count and look up entities', actions: ['Query'], on: 'indexes' },
  {
    sid: 'WriteItems',
    reason: 'write entities, claims and records of calls, alone and in transactions',
    actions: ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    on: 'table',
  },
  {
    sid: 'WriteBatches',
    reason: 'write 25 entities with one request; without it, each takes a request of its own',
    actions: ['PartiQLInsert', 'PartiQLDelete'],
    on: 'table',
  },
];

/** What each role needs. */
export const needs = {
  api: [...model, ...readStream],
  worker: [...readStream.map(({ option: _, ...need }) => need)],
  cli: model,
  doctor: [
    {
      sid: 'DescribeTable',
      reason: 'read the size and the indexes of the table',
      actions: ['DescribeTable'],
      on: 'table',
    },
    {
      sid: 'ReadItems',
      reason: 'read all items, and again those with findings',
      actions: ['GetItem', 'BatchGetItem', 'Scan'],
      on: 'table',
    },
  ],
  'doctor-fix': [
    {
      sid: 'DescribeTable',
      reason: 'read the size and the indexes of the table',
      actions: ['DescribeTable'],
      on: 'table',
    },
    {
      sid: 'ReadItems',
      reason: 'read all items, and again those with findings',
      actions: ['GetItem', 'BatchGetItem', 'Scan'],
      on: 'table',
    },
    {
      sid: 'RepairItems',
      reason: 'repair items that did not change since their finding',
      actions: ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      on: 'table',
    },
  ],
  table: [
    {
      sid: 'ManageTable',
      reason: 'create, check and change the table',
      actions: [
        'CreateTable',
        'DescribeTable',
        'UpdateTable',
        'DescribeTimeToLive',
        'UpdateTimeToLive',
        'DescribeContinuousBackups',
      ],
      on: 'table',
    },
    { sid: 'LookForItems', reason: 'see that a table to mark is empty', actions: ['Scan'], on: 'table' },
    { sid: 'MarkTable', reason: 'mark the table', actions: ['GetItem', 'PutItem'], on: 'table', ids: ['UNIQUE#'] },
  ],
  model: [...model, { sid: 'ScanTable', reason: 'scan entities', actions: ['Scan'], on: 'table' }, ...readStream],
} as const satisfies Record<string, readonly Need[]>;

/** Who sends requests to DynamoDB. */
export type Role = keyof typeof needs;

export const roles = Object.keys(needs) as readonly Role[];
