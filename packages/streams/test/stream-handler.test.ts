import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamHandler } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Change, streamHandler } from '../src/index.js';
import { NoteModel } from './models.js';
import { asLambdaRecord, record } from './records.js';

const models = { notes: new NoteModel() };
type NoteChange = Change<typeof models>;
const note = (id: string, version: number) =>
  marshall({ id: `NOTE#${id}`, createdAt: '2026-11-30T11:00:00.000Z', version, ref: id, text: `${version}` });

/** Records of updates, such as `a1 b1 a2`: entity and version. */
const recordsOf = (list: string) =>
  list.split(' ').map((one) => {
    const [id = '', version] = [one[0], Number(one.slice(1))];
    return asLambdaRecord(record(id === '-' ? claim : { before: note(id, version - 1), after: note(id, version) }));
  });
const claim = { after: marshall({ id: 'UNIQUE#NOTE#code#x', ownerId: 'NOTE#a' }) };
const nameOf = ({ id, version }: NoteChange) => `${id}${version}`;

/** Runs the handler on records. It fails for changes with the given names. */
async function run(list: string, { failing = [], concurrency }: { failing?: string[]; concurrency?: number } = {}) {
  const handled: string[] = [];
  const logged: { message: string; fields: unknown }[] = [];
  const handler = streamHandler(models, {
    concurrency,
    logger: { error: (message, ...[fields]) => void logged.push({ message: String(message), fields }) },
    onChange: async (change) => {
      await Promise.resolve();
      if (failing.includes(nameOf(change))) throw new Error('no');
      handled.push(nameOf(change));
    },
  });
  const Records = recordsOf(list);
  const { batchItemFailures } = await handler({ Records });
  const failed = batchItemFailures.map(({ itemIdentifier }) =>
    Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  );
  return { handled, failed, logged };
}

describe('streamHandler', () => {
  it('is a Lambda function for streams of DynamoDB', async () => {
    const handler: DynamoDBStreamHandler = streamHandler(models, { onChange: () => {} });
    const context = { getRemainingTimeInMillis: () => 1000 } as Context;
    expect(await handler({ Records: [] }, context, () => {})).toEqual({ batchItemFailures: [] });
  });

  it('handles the changes of all entities in the order of the stream', async () => {
    expect(await run('a1 b1 a2 - c1 b2 a3')).toMatchObject({
      handled: ['a1', 'b1', 'a2', 'c1', 'b2', 'a3'],
      failed: [],
    });
  });

  it.each([1, 3])(
    'skips the later changes of an entity after a failure, and handles those of others (%i at a time)',
    async (concurrency) => {
      const { handled, failed } = await run('a1 b1 a2 b2 c1 a3 b3', { failing: ['a2'], concurrency });
      expect(handled.sort()).toEqual(['a1', 'b1', 'b2', 'b3', 'c1']);
      expect(failed).toEqual([2]);
    },
  );

  it.each([1, 2, 10])('names the first failed record of several, %i at a time', async (concurrency) => {
    const { handled, failed } = await run('a1 b1 c1 a2 b2 c2', { failing: ['c1', 'b2'], concurrency });
    expect(handled.sort()).toEqual(['a1', 'a2', 'b1']);
    expect(failed).toEqual([2]);
  });

  it('keeps the order of each entity if several are handled at the same time', async () => {
    const list = Array.from({ length: 60 }, (_, i) => `${'abcde'[i % 5]}${Math.floor(i / 5) + 1}`);
    const { handled } = await run(list.join(' '), { concurrency: 3 });
    expect(handled).toHaveLength(60);
    for (const id of 'abcde') {
      const versions = handled.filter((name) => name[0] === id).map((name) => Number(name.slice(1)));
      expect(versions).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    }
  });

  it('gets changes again that it handled after a failed one, with the same event id', async () => {
    const seen: string[] = [];
    let isBroken = true;
    const handler = streamHandler(models, {
      logger: { error: () => {} },
      onChange: (change) => {
        if (isBroken && nameOf(change) === 'a2') throw new Error('no');
        seen.push(`${change.id} ${change.version} ${change.eventId}`);
      },
    });
    const Records = recordsOf('a1 a2 b1 a3');
    const { batchItemFailures } = await handler({ Records });
    isBroken = false;
    const from = Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === batchItemFailures[0]?.itemIdentifier);
    await handler({ Records: Records.slice(from) }); // as Lambda does
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(4);
  });

  it('leaves the changes for which there is no time to the next delivery', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const handled: string[] = [];
    const handler = streamHandler(models, {
      onChange: async (change) => {
        handled.push(nameOf(change));
        await vi.advanceTimersByTimeAsync(300);
      },
    });
    const Records = recordsOf('a1 b1 c1 d1 e1');
    const answer = await handler({ Records }, { getRemainingTimeInMillis: () => 1000 });
    expect(handled).toEqual(['a1', 'b1', 'c1']); // in 900 of 1,000 ms
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: Records[3]?.dynamodb?.SequenceNumber }] });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('logs the error of a handler with the ids of its change, without values of the entity', async () => {
    const { logged } = await run('a1', { failing: ['a1'] });
    expect(logged).toEqual([
      {
        message: 'The handler of a change failed: Lambda redelivers it',
        fields: {
          model: 'notes',
          type: 'updated',
          id: 'a',
          version: 1,
          eventId: expect.any(String),
          error: new Error('no'),
        },
      },
    ]);
  });

  it('throws for records without both images, so that the error shows', async () => {
    const Records = recordsOf('a1').map((one) => ({
      ...one,
      dynamodb: { ...one.dynamodb, StreamViewType: 'KEYS_ONLY' as const },
    }));
    await expect(streamHandler(models, { onChange: () => {} })({ Records })).rejects.toThrow(
      'needs NEW_AND_OLD_IMAGES',
    );
  });

  it.each([0, 1.5, 1001, Number.NaN])('rejects %d as concurrency', (concurrency) => {
    expect(() => streamHandler(models, { concurrency, onChange: () => {} })).toThrow(
      'it takes a whole number from 1 to 1,000',
    );
  });
});
