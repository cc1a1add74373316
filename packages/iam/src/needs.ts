/** The resource of a statement. `everything` is for actions that AWS does not limit to a resource. */
export type Target = 'table' | 'indexes' | 'stream' | 'everything' | 'rateLimitTable' | 'key';

/** A purpose of a role's requests, and the actions that they need. */
export interface Need {
  /** Letters and digits, unique within the role: the Sid of its statement. */
  readonly sid: string;
  /** Completes "needed to …". */
  readonly reason: string;
  /** Actions with their prefix, such as `dynamodb:Query`. */
  readonly actions: readonly string[];
  readonly on: Target;
  /** Limits the need to items with these ids; `*` matches any text. @default all items */
  readonly ids?: readonly string[] | undefined;
  /** True for requests that AWS sends itself with this role. No test can record them. */
  readonly isSentByAws?: boolean | undefined;
}

const dynamodb = (...names: string[]) => names.map((name) => `dynamodb:${name}`);

/** Id of the item that marks a table as complete with claims. */
export const markId = 'UNIQUE#';
/** Ids of the items that hold the checkpoints of followers. */
export const checkpointIds = '#CHECKPOINT#*';

export const readEntities: Need = {
  sid: 'ReadEntities',
  reason: 'read entities, claims and records of calls, one by one, in batches and in transactions',
  actions: dynamodb('BatchGetItem', 'GetItem'),
  on: 'table',
};

export const queryEntities: Need = {
  sid: 'QueryEntities',
  reason: 'list, count and look up entities',
  actions: dynamodb('Query'),
  on: 'indexes',
};

/** Of models with `vectorIndex()`. */
export const searchVectors: Need = {
  sid: 'SearchVectors',
  reason: 'find entities by a vector',
  actions: dynamodb('SearchVectors'),
  on: 'indexes',
};

export const writeEntities: Need = {
  sid: 'WriteEntities',
  reason: 'write entities, claims, versions and records of calls, one by one and in transactions',
  actions: dynamodb('ConditionCheckItem', 'DeleteItem', 'PutItem', 'UpdateItem'),
  on: 'table',
};

/** Optional: without it, a batch needs one request for each entity. */
export const deleteBatches: Need = {
  sid: 'DeleteBatches',
  reason: 'delete 25 entities without unique attributes in one request; without it, each needs a request',
  actions: dynamodb('PartiQLDelete'),
  on: 'table',
};

/** Optional, as `deleteBatches`. */
export const createBatches: Need = {
  sid: 'CreateBatches',
  reason: 'create 25 entities without unique attributes in one request; without it, each needs a request',
  actions: dynamodb('PartiQLInsert'),
  on: 'table',
};

export const scanEntities: Need = {
  sid: 'ScanEntities',
  reason: 'scan entities, for example for a backup or a rebuild',
  actions: dynamodb('Scan'),
  on: 'table',
};

export const importUsers: readonly Need[] = [
  {
    sid: 'ReadUsers',
    reason: 'compare rows of an import with the users that have their emails',
    actions: dynamodb('GetItem'),
    on: 'table',
  },
  { ...queryEntities, sid: 'QueryUsers', reason: 'export all users, and look up emails of older systems' },
  {
    sid: 'CreateUsers',
    reason: 'create users with the claims of their emails, and fence unanswered attempts',
    actions: dynamodb('PutItem', 'UpdateItem'),
    on: 'table',
  },
];

export const erasePeople: readonly Need[] = [
  { ...readEntities, sid: 'ReadPeople', actions: dynamodb('GetItem') },
  { ...queryEntities, sid: 'FindPeople', reason: 'look up an email of an older system' },
  { ...scanEntities, sid: 'SearchItems', reason: 'find all items that mention a person' },
  {
    ...{ sid: 'EraseItems', reason: 'erase the items of a person, and fence unanswered attempts' },
    actions: dynamodb('DeleteItem', 'PutItem', 'UpdateItem'),
    on: 'table',
  },
];

export const findStream: Need = {
  sid: 'FindStream',
  reason: 'find the stream of the table; AWS does not limit this action to a table',
  actions: dynamodb('ListStreams'),
  on: 'everything',
};

export const readStream: Need = {
  sid: 'ReadStream',
  reason: 'read changes from the stream',
  actions: dynamodb('DescribeStream', 'GetRecords', 'GetShardIterator'),
  on: 'stream',
};

export const keepCheckpoints: Need = {
  sid: 'KeepCheckpoints',
  reason: 'store checkpoints, to continue after the last handled change',
  actions: dynamodb('BatchGetItem', 'PutItem'),
  on: 'table',
  ids: [checkpointIds],
};

export const countCalls: Need = {
  sid: 'CountCalls',
  reason: 'count the calls of each caller in the table of the shared rate limit',
  actions: dynamodb('GetItem', 'UpdateItem'),
  on: 'rateLimitTable',
};

export const describeTable: Need = {
  sid: 'DescribeTable',
  reason: 'read the size of the table and the names of its indexes',
  actions: dynamodb('DescribeTable'),
  on: 'table',
};

export const examineItems: Need = {
  sid: 'ExamineItems',
  reason: 'read all items, and read those with findings again',
  actions: dynamodb('BatchGetItem', 'GetItem', 'Scan'),
  on: 'table',
};

export const repairItems: Need = {
  ...writeEntities,
  sid: 'RepairItems',
  reason: 'repair items that are unchanged since their finding, and mark the table',
};

export const manageTable: readonly Need[] = [
  {
    sid: 'ManageTable',
    reason: 'create the table, and add indexes, the stream and the time to live',
    actions: dynamodb('CreateTable', 'UpdateTable', 'UpdateTimeToLive'),
    on: 'table',
  },
  {
    sid: 'CheckTable',
    reason: 'compare the table with the wanted settings, and wait for changes to complete',
    actions: dynamodb('DescribeContinuousBackups', 'DescribeTable', 'DescribeTimeToLive'),
    on: 'table',
  },
  {
    sid: 'LookForItems',
    reason: 'check that a table is empty before it is marked',
    actions: dynamodb('Scan'),
    on: 'table',
  },
  {
    sid: 'MarkTable',
    reason: 'read and write the mark of the table',
    actions: dynamodb('GetItem', 'PutItem'),
    on: 'table',
    ids: [markId],
  },
];

/** For a table that is encrypted with a customer-managed key. DynamoDB uses the key on behalf of the caller. */
export const useKey: Need = {
  sid: 'UseKey',
  reason: 'let DynamoDB decrypt the key of the table for this role',
  actions: ['kms:Decrypt'],
  on: 'key',
  isSentByAws: true,
};

/** For the role that chooses a customer-managed key for a table. */
export const chooseKey: Need = {
  ...useKey,
  sid: 'ChooseKey',
  reason: 'let DynamoDB encrypt the table with this key',
  actions: [
    ...['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
  ],
};
