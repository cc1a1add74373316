import * as needs from './needs.js';

type Need = needs.Need;

/** Parts of a policy that depend on how a role is set up. */
export interface RoleNeeds {
  /** Completes "the role of …". */
  readonly of: string;
  readonly always: readonly Need[];
  /** With `streamArn`. */
  readonly stream?: readonly Need[];
  /** With `rateLimitTableArn`. */
  readonly rateLimit?: readonly Need[];
  /** With `kmsKeyArn`. */
  readonly key: readonly Need[];
}

const lambdaReads = (need: Need): Need => ({ ...need, isSentByAws: true });

/** The needs of each role, one for each purpose. A test fails if no request needs one of them. */
export const roleNeeds = {
  api: {
    of: 'apps/api in production, with organisations and generated entities',
    always: [needs.readEntities, needs.queryEntities, needs.writeEntities, needs.deleteBatches],
    stream: [needs.findStream, needs.readStream],
    rateLimit: [needs.countCalls],
    key: [needs.useKey],
  },
  worker: {
    of: 'apps/worker: AWS Lambda reads the stream with this role; the function itself sends no request to DynamoDB',
    always: [lambdaReads(needs.findStream), lambdaReads(needs.readStream)],
    key: [needs.useKey],
  },
  follower: {
    of: 'a process that calls followStream with tableCheckpoints; its handler may need more',
    always: [needs.findStream, needs.readStream, needs.keepCheckpoints],
    key: [needs.useKey],
  },
  cli: {
    of: 'pnpm users import and export; most other commands of pnpm users call the API',
    always: needs.importUsers,
    key: [needs.useKey],
  },
  'personal-data': {
    of: 'pnpm users personal-data export and erase',
    always: needs.erasePeople,
    key: [needs.useKey],
  },
  doctor: {
    of: 'pnpm db:doctor without --fix',
    always: [needs.describeTable, needs.examineItems],
    key: [needs.useKey],
  },
  'doctor-fix': {
    of: 'pnpm db:doctor --fix',
    always: [needs.describeTable, needs.examineItems, needs.repairItems],
    key: [needs.useKey],
  },
  table: {
    of: 'pnpm table create, check, update, stream, ttl and mark',
    always: needs.manageTable,
    key: [needs.chooseKey],
  },
  model: {
    of: 'an app of your own that uses all methods of packages/dynamo',
    always: [
      ...[needs.readEntities, needs.queryEntities, needs.searchVectors, needs.scanEntities],
      ...[needs.writeEntities, needs.deleteBatches, needs.createBatches],
    ],
    key: [needs.useKey],
  },
} as const satisfies Readonly<Record<string, RoleNeeds>>;

/** A role that sends requests to DynamoDB. */
export type Role = keyof typeof roleNeeds;

export const roles = Object.keys(roleNeeds) as readonly Role[];
