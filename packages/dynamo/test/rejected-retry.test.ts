import { expect, it, onTestFinished } from 'vitest';
import { createDynamoClient } from '../src/index.js';
import { PlainModel } from './models.js';
import { type Answer, scriptedServer } from './scripted-server.js';

const noAnswer: Answer = { status: 500, body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}' };
const forbidden: Answer = {
  status: 400,
  body: '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not you"}',
};

/** A model whose requests are answered by a list, one after another. */
async function answeredBy(...answers: Answer[]) {
  const { endpoint, seen, stop } = await scriptedServer((_, at) => answers[at] ?? forbidden);
  onTestFinished(() => void stop());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createDynamoClient({ endpoint, region: 'us-east-1', credentials });
  return { model: new PlainModel({ client, tableName: 'scripted' }), seen };
}

const writes: [string, (model: PlainModel) => Promise<unknown>][] = [
  ['create', (model) => model.create({ ref: 'a' })],
  ['update', (model) => model.update('a', { title: 'x' })],
  ['delete', (model) => model.delete('a')],
];

it.each(writes)(
  'a %s whose retry is rejected by what never looked at it may have happened: rights that end in between say nothing of the first attempt',
  async (_, write) => {
    const { model, seen } = await answeredBy(noAnswer, forbidden);
    await expect(write(model)).rejects.toMatchObject({
      name: 'WriteOutcomeUnknownError',
      cause: { name: 'AccessDeniedException' },
    });
    expect(seen).toHaveLength(2);
  },
);

it.each(writes)('a %s that is rejected at once has not happened', async (_, write) => {
  const { model, seen } = await answeredBy(forbidden);
  await expect(write(model)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(seen).toHaveLength(1);
});
