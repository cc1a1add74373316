// Fastify, handlers and codec by hand, the lean client: about as cheap as an API in Node gets. No authentication, no limits, no log.
import { fastify } from 'fastify';
import { leanDynamo } from './lean-dynamo.mjs';
import { claimItem, newItem, userId } from './user.mjs';

const decode = (item) => ({ id: item.id.S, email: item.email.S, name: item.name.S, createdAt: item.createdAt.S });
const encode = (item) => `{${Object.entries(item).map(([key, value]) => `"${key}":{"S":${JSON.stringify(value)}}`)}}`;
const failed = (statusCode, message) => Object.assign(new Error(message), { statusCode });
const check = (id) => {
  if (!userId.test(id)) throw failed(400, 'bad id'); // so that it needs no escaping
};

const string = { type: 'string' };
const user = { type: 'object', properties: { id: string, email: string, name: string, createdAt: string } };
const answers = (schema) => ({ schema: { response: { 200: schema } } });

export async function make({ endpoint, table }) {
  const dynamo = leanDynamo(endpoint);
  const put = (item) =>
    `{"Put":{"TableName":"${table}","Item":${encode(item)},"ConditionExpression":"attribute_not_exists(id)"}}`;
  const app = fastify();

  app.get('/ping', answers({ type: 'object', properties: { ok: { type: 'boolean' } } }), async () => ({ ok: true }));

  app.get('/user/:id', answers(user), async ({ params: { id } }) => {
    check(id);
    const key = `"Key":{"id":{"S":"${id}"}}`;
    const { Item } = await dynamo('GetItem', `{"TableName":"${table}",${key},"ConsistentRead":true}`);
    if (!Item) throw failed(404, 'no such user');
    return decode(Item);
  });

  app.post('/users/batch', answers({ type: 'array', items: user }), async ({ body: { ids } }) => {
    ids.forEach(check);
    const found = new Map();
    const keys = ids.map((id) => `{"id":{"S":"${id}"}}`);
    let request = `{"${table}":{"Keys":[${keys}],"ConsistentRead":true}}`;
    while (request) {
      const { Responses, UnprocessedKeys } = await dynamo('BatchGetItem', `{"RequestItems":${request}}`);
      for (const item of Responses[table]) found.set(item.id.S, decode(item));
      request = UnprocessedKeys?.[table] && JSON.stringify(UnprocessedKeys);
    }
    return ids.map((id) => found.get(id));
  });

  app.post('/users', answers(user), async ({ body: { email, name } }) => {
    if (typeof email !== 'string' || !email.includes('@') || typeof name !== 'string' || !name)
      throw failed(400, 'bad user');
    const item = newItem({ email, name });
    await dynamo('TransactWriteItems', `{"TransactItems":[${put(item)},${put(claimItem(item))}]}`).catch((error) => {
      throw error.name === 'TransactionCanceledException' ? failed(409, 'address taken') : error;
    });
    return item;
  });
  return { app, style: 'plain', cases: ['ping', 'getById', 'batch', 'create'] };
}
