import { BatchGetCommand, GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { transact } from '@aws-starter-kit/dynamo';
import { userItems } from './scale-data.mjs';

let serial = 0;
const email = () => `far${++serial}@example.com`;
const fresh = () => ({ email: email(), name: 'Somebody' });
/** Entities in one batch. */
const batchSize = 50;

const any = ({ users }) => users[serial++ % users.length];
const several = (world) => Array.from({ length: batchSize }, () => any(world));
const made = async ({ near }, n) => (await near.createUsers(Array.from({ length: n }, fresh))).success;
const makeAny = async (world, n) => Array.from({ length: n }, () => any(world));
const makeFresh = async (_, n) => Array.from({ length: n }, fresh);
const makeBatches = async (world, n) => {
  const batches = [];
  while (batches.length < n) batches.push(await made(world, batchSize));
  return batches;
};

const claimOf = (address) => `UNIQUE#USER#email#${address}`;
const keyOf = ({ id }) => ({ id: `USER#${id}` });
const exists = { ConditionExpression: 'attribute_exists(id)' };
const isAbsent = { ConditionExpression: 'attribute_not_exists(id)' };

/** The delete of a user with its claim, under the email that was read. */
const removal = (TableName, { id, email: value }) => [
  {
    Delete: { TableName, Key: { id }, ConditionExpression: 'email = :e', ExpressionAttributeValues: { ':e': value } },
  },
  {
    Delete: {
      ...{ TableName, Key: { id: claimOf(value) } },
      ...{ ConditionExpression: 'ownerId = :o', ExpressionAttributeValues: { ':o': id } },
    },
  },
];

/**
 * The calls that are measured. `inputs` makes one input for each run, `run` makes the call, and `byHand` does the same with AWS's DocumentClient,
 * with conditions and claims, but without retries, versions and checks.
 */
export const calls = {
  getUserById: {
    inputs: makeAny,
    run: ({ service }, { id }) => service.getUserById(id),
    byHand: ({ hand, TableName }, user) =>
      hand.send(new GetCommand({ TableName, Key: keyOf(user), ConsistentRead: true })),
  },
  getUserByEmail: {
    inputs: makeAny,
    run: ({ service }, user) => service.getUserByEmail(user.email),
    byHand: ({ hand, TableName }, user) =>
      hand.send(
        new QueryCommand({
          ...{ TableName, IndexName: 'GSI1', KeyConditionExpression: 'pk1 = :p AND sk1 = :s', Limit: 1 },
          ExpressionAttributeValues: { ':p': 'USER', ':s': `EMAIL#${user.email}` },
        }),
      ),
  },
  'getUserByEmail, consistent': {
    inputs: makeAny,
    run: ({ service }, user) => service.getUserByEmail(user.email, { consistent: true }),
  },
  'getUsersByIds, 50': {
    inputs: async (world, n) => Array.from({ length: n }, () => several(world)),
    run: ({ service }, users) => service.getUsersByIds(users.map(({ id }) => id)),
    byHand: ({ hand, TableName }, users) =>
      hand.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys: users.map(keyOf), ConsistentRead: true } } }),
      ),
  },
  'listUsers, 20': {
    inputs: makeAny,
    run: ({ service }) => service.listUsers({ limit: 20 }),
    byHand: ({ hand, TableName }) =>
      hand.send(
        new QueryCommand({
          ...{ TableName, IndexName: 'GSI2', KeyConditionExpression: 'pk2 = :p', Limit: 21 },
          ExpressionAttributeValues: { ':p': 'USER' },
        }),
      ),
  },
  countUsers: { inputs: makeAny, run: ({ service }) => service.countUsers({ atMost: 100 }) },
  createUser: {
    inputs: makeFresh,
    run: ({ service }, data) => service.createUser(data),
    byHand({ hand, TableName }) {
      const [{ user, claim }] = userItems(2_000_000_000 + ++serial, 1);
      const TransactItems = [user, claim].map((Item) => ({ Put: { TableName, Item, ...isAbsent } }));
      return hand.send(new TransactWriteCommand({ TransactItems }));
    },
  },
  'updateUser, name': {
    inputs: makeAny,
    run: ({ service }, { id }) => service.updateUser(id, { name: `Name ${++serial}` }),
    byHand: ({ hand, TableName }, user) =>
      hand.send(
        new UpdateCommand({
          ...{ TableName, Key: keyOf(user), ...exists, ReturnValues: 'ALL_NEW', UpdateExpression: 'SET #n = :n' },
          ...{ ExpressionAttributeNames: { '#n': 'name' }, ExpressionAttributeValues: { ':n': `Name ${++serial}` } },
        }),
      ),
  },
  'upsert of a user': {
    inputs: makeAny,
    run: ({ model }, { id, ...user }) => model.upsert(id, { name: `Name ${++serial}`, email: user.email }),
  },
  'updateUser, email': {
    inputs: makeAny,
    run: ({ service }, { id }) => service.updateUser(id, { email: email() }),
  },
  'update, increment': {
    inputs: makeAny,
    run: ({ model }, { id }) => model.update(id, {}, { increment: { visits: 1 } }),
  },
  'transact: a create, an update': {
    inputs: makeAny,
    run: ({ model }, { id }) => transact([model.creating(fresh()), model.updating(id, { name: `Name ${++serial}` })]),
  },
  deleteUser: {
    inputs: made,
    run: ({ service }, { id }) => service.deleteUser(id),
    async byHand({ hand, TableName }, user) {
      const { Item } = await hand.send(new GetCommand({ TableName, Key: keyOf(user), ConsistentRead: true }));
      return hand.send(new TransactWriteCommand({ TransactItems: removal(TableName, Item) }));
    },
  },
  'createUsers, 50': {
    isBatch: true,
    inputs: async (_, n) => Array.from({ length: n }, () => Array.from({ length: batchSize }, fresh)),
    run: ({ service }, list) => service.createUsers(list),
  },
  'batchUpdate, 50': {
    isBatch: true,
    inputs: async (world, n) => Array.from({ length: n }, () => world.users.slice(0, batchSize)),
    run: ({ model }, users) =>
      model.batchUpdate(
        users.map(({ id }) => id),
        { name: `Name ${++serial}` },
      ),
  },
  'batchDeleteUsers, 50': {
    isBatch: true,
    inputs: makeBatches,
    run: ({ service }, users) => service.batchDeleteUsers(users.map(({ id }) => id)),
    async byHand({ hand, TableName }, users) {
      const keys = { Keys: users.map(keyOf), ConsistentRead: true };
      const { Responses } = await hand.send(new BatchGetCommand({ RequestItems: { [TableName]: keys } }));
      const TransactItems = Responses[TableName].flatMap((item) => removal(TableName, item));
      return hand.send(new TransactWriteCommand({ TransactItems }));
    },
  },
};
