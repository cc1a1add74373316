import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';

const writesInABatch = 25;
/** As many requests at a time as the model sends of a batch. */
export const requestsAtOnce = 4;

/** The items of users as the model stores them, from a number on: each with its claim. */
export const userItems = (from, count) =>
  Array.from({ length: count }, (_, i) => {
    const number = String(from + i).padStart(10, '0'); // all items of one size
    const id = `USER#${crypto.randomUUID()}`;
    const email = `user${number}@example.com`;
    const createdAt = new Date(1_700_000_000_000 + from + i).toISOString();
    const keys = { pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
    return {
      user: { id, email, name: `User ${number}`, createdAt, version: 1, _writeId: crypto.randomUUID(), ...keys },
      claim: { id: `UNIQUE#USER#email#${email}`, ownerId: id },
    };
  });

/** What the baseline does: BatchWriteItem by AWS's DocumentClient, 25 a request, no conditions, claims ignored. */
export function rawBatches(client, tableName) {
  async function send(requests) {
    let at = 0;
    const lane = async () => {
      while (at < requests.length) {
        const some = requests.slice(at, at + writesInABatch);
        at += writesInABatch;
        const { UnprocessedItems = {} } = await client.send(
          new BatchWriteCommand({ RequestItems: { [tableName]: some } }),
        );
        if (Object.keys(UnprocessedItems).length > 0)
          throw new Error('An engine on this machine left items unprocessed');
      }
    };
    await Promise.all(Array.from({ length: requestsAtOnce }, lane));
  }
  return {
    put: (items) => send(items.map((Item) => ({ PutRequest: { Item } }))),
    remove: (ids) => send(ids.map((id) => ({ DeleteRequest: { Key: { id } } }))),
  };
}
