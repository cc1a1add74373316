import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Change, type FollowOptions, followStream, type Gap, memoryCheckpoints } from '../src/index.js';
import { streamsClientFor } from '../src/streams-client.js';
import { eventually } from './eventually.js';
import { NoteModel } from './models.js';
import { scriptedStreams } from './scripted-streams.js';

const models = { notes: new NoteModel() };
type Options = Partial<FollowOptions<typeof models>>;
let scripted: Awaited<ReturnType<typeof scriptedStreams>>;
let running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  scripted = await scriptedStreams();
});
afterEach(async () => {
  await Promise.all(running.map(({ stop }) => stop().catch(() => {})));
  running = [];
  await scripted.stop();
});

/** A client without a server: with checkpoints in memory, it sends no request. */
const client: DynamoDBDocumentClient = createDynamoClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' });
const nameOf = ({ id, version }: Change<typeof models>) => `${id}${version}`;

function follow(options: Options = {}) {
  const handled: string[] = [];
  const gaps: Gap[] = [];
  const logged: string[] = [];
  const log = (message: unknown) => void logged.push(String(message));
  const ended = new AbortController();
  const done = followStream({
    ...{ models, client, streamsClient: scripted.client, tableName: 'scripted', signal: ended.signal },
    ...{ checkpoints: memoryCheckpoints(), pollMs: 5, onGap: (gap) => void gaps.push(gap) },
    onChange: (change) => void handled.push(nameOf(change)),
    logger: { info: log, warn: log, error: log } as never,
    ...options,
  });
  done.catch(() => {});
  const stop = () => {
    ended.abort();
    return done;
  };
  const follower = { handled, gaps, logged, done, stop };
  running.push(follower);
  return follower;
}

describe('a follower', () => {
  it('handles the changes in a stream, then later ones, and ends when its signal is aborted', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1', 'b1');
    const { handled, stop } = follow();
    await eventually(() => handled).toEqual(['a1', 'b1']);
    stream.put('s', 'a2');
    await eventually(() => handled).toEqual(['a1', 'b1', 'a2']);
    await stop();
  });

  it('reads a shard only after its parent', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('left', 'root'); // listed before its parent
    stream.addShard('right', 'root');
    stream.addShard('root');
    stream.put('root', ...Array.from({ length: 25 }, (_, i) => `a${i + 1}`));
    stream.put('left', 'a26', 'a27');
    stream.put('right', 'b1');
    let isHeld = true;
    const { handled } = follow({
      onChange: (change) => {
        if (isHeld && nameOf(change) === 'a20') throw new Error('not yet');
        handled.push(nameOf(change));
      },
    });
    stream.close('root');
    await eventually(() => handled.length).toBe(19);
    const before = scripted.requests.length;
    await eventually(() => scripted.requests.length >= before).toBe(true);
    expect(handled).not.toContain('b1');
    isHeld = false;
    await eventually(() => handled.length).toBe(28);
    expect(handled.filter((name) => name[0] === 'a')).toEqual(Array.from({ length: 27 }, (_, i) => `a${i + 1}`));
  });

  it('finds the children of a shard that splits, also if they are listed later', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('root');
    stream.put('root', 'a1');
    const { handled } = follow();
    await eventually(() => handled).toEqual(['a1']);
    stream.close('root');
    const described = () => scripted.requests.filter((one) => one === 'DescribeStream').length;
    const before = described();
    await eventually(described).toBeGreaterThan(before + 2);
    stream.addShard('child', 'root');
    stream.put('child', 'a2');
    await eventually(() => handled).toEqual(['a1', 'a2']);
  });

  it('continues after its checkpoints, and does not read finished shards again', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('root');
    stream.addShard('child', 'root');
    stream.put('root', 'a1');
    stream.close('root');
    stream.put('child', 'a2');
    const checkpoints = memoryCheckpoints();
    const first = follow({ checkpoints });
    await eventually(() => first.handled).toEqual(['a1', 'a2']);
    await first.stop();
    stream.put('child', 'a3');
    scripted.requests.length = 0;
    const second = follow({ checkpoints });
    await eventually(() => second.handled).toEqual(['a3']);
    expect(scripted.requests).toContain('GetShardIterator AFTER_SEQUENCE_NUMBER');
    expect(scripted.requests).not.toContain('GetShardIterator TRIM_HORIZON');
    expect(second.gaps).toEqual([]);
  });

  it('replaces an expired iterator, before the first record and later', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    const { handled, gaps } = follow();
    await eventually(() => scripted.requests).toContain('GetRecords');
    scripted.expireIterators();
    stream.put('s', 'a1');
    await eventually(() => handled).toEqual(['a1']);
    scripted.expireIterators();
    stream.put('s', 'a2');
    await eventually(() => handled).toEqual(['a1', 'a2']);
    expect(gaps).toEqual([]);
  });

  it.each(['LimitExceededException', 'InternalServerError'])('retries each of its requests after %s', async (error) => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1');
    for (const operation of ['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords'])
      scripted.fail(operation, error);
    const { handled } = follow();
    await eventually(() => handled).toEqual(['a1']);
  });

  it('retries a request that gets no answer', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1');
    for (const operation of ['DescribeStream', 'GetRecords']) scripted.fail(operation, 'no answer');
    const own = createDynamoClient({ endpoint: scripted.endpoint, region: 'us-east-1' });
    const { handled } = follow({ streamsClient: streamsClientFor(own, 50) });
    await eventually(() => handled).toEqual(['a1']);
  });

  it('rejects with an error that no retry can fix', async () => {
    scripted.addStream('1').addShard('s');
    scripted.fail('GetRecords', 'AccessDeniedException');
    await expect(follow().done).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('rejects a table that does not exist', async () => {
    scripted.fail('ListStreams', 'ResourceNotFoundException');
    await expect(follow().done).rejects.toThrow('Table scripted does not exist: create it with `pnpm table create`');
  });

  it('reports changes that it can no longer read, and continues with the oldest one that it can', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1');
    const checkpoints = memoryCheckpoints();
    const first = follow({ checkpoints });
    await eventually(() => first.handled).toEqual(['a1']);
    await first.stop();
    stream.put('s', 'a2', 'a3');
    stream.trim('s', 2);
    const second = follow({ checkpoints });
    await eventually(() => second.handled).toEqual(['a3']);
    expect(second.gaps).toEqual([{ streamArn: stream.stream.arn, shardId: 's', after: '000000000000000000001' }]);
    expect(second.logged).toContain('Changes were lost: nobody read them within 24 hours');
  });

  it('reports records that are trimmed while it reads', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1');
    const { handled, gaps } = follow({
      onChange: (change) => {
        if (handled.length === 0) {
          stream.put('s', 'a2', 'a3', 'a4');
          stream.trim('s', 3);
        }
        handled.push(nameOf(change));
      },
    });
    await eventually(() => handled).toEqual(['a1', 'a4']);
    expect(gaps).toMatchObject([{ shardId: 's', after: '000000000000000000001' }]);
  });

  it('reports a shard that disappears before it was read to its end', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('root');
    stream.put('root', 'a1');
    const checkpoints = memoryCheckpoints();
    const first = follow({ checkpoints });
    await eventually(() => first.handled).toEqual(['a1']);
    await first.stop();
    stream.removeShard('root');
    stream.addShard('child', 'root');
    stream.put('child', 'a2');
    const second = follow({ checkpoints });
    await eventually(() => second.handled).toEqual(['a2']);
    expect(second.gaps).toMatchObject([{ shardId: 'root', after: '000000000000000000001' }]);
  });

  it('reads a stream that was turned off to its end, then the one that replaced it', async () => {
    const old = scripted.addStream('1');
    old.addShard('s');
    old.put('s', 'a1');
    const { handled, gaps } = follow();
    await eventually(() => handled).toEqual(['a1']);
    old.put('s', 'a2');
    old.disable();
    const next = scripted.addStream('2');
    next.addShard('t');
    next.put('t', 'a3');
    await eventually(() => handled).toEqual(['a1', 'a2', 'a3']);
    expect(gaps).toEqual([]);
  });

  it('rejects once the stream was turned off and is read to its end', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1');
    stream.disable();
    const { done, handled } = follow();
    await expect(done).rejects.toThrow('Table scripted has no stream: run `pnpm table stream`');
    expect(handled).toEqual(['a1']);
  });

  it('rejects a table without a stream, and a stream without both images', async () => {
    await expect(follow().done).rejects.toThrow('Table scripted has no stream: run `pnpm table stream`');
    scripted.addStream('1').stream.view = 'KEYS_ONLY';
    await expect(follow().done).rejects.toThrow('has a stream with KEYS_ONLY, not NEW_AND_OLD_IMAGES');
  });

  it('retries a failed change before later ones of its entity, and handles no other change twice', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1', 'b1', 'a2', 'b2');
    let failures = 0;
    const { handled, logged } = follow({
      onChange: (change) => {
        if (nameOf(change) === 'a1' && failures++ < 3) throw new Error('no');
        handled.push(nameOf(change));
      },
    });
    await eventually(() => handled).toEqual(['b1', 'b2', 'a1', 'a2']);
    expect(logged.filter((line) => line.includes('handler of a change failed'))).toHaveLength(3);
  });

  it('can be stopped while a handler fails, and starts with the failed change the next time', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1', 'b1', 'a2');
    const checkpoints = memoryCheckpoints();
    const first = follow({
      checkpoints,
      onChange: (change) => {
        if (change.id === 'b') throw new Error('no');
        first.handled.push(nameOf(change));
      },
    });
    await eventually(() => first.logged.length).toBeGreaterThan(0);
    await first.stop();
    expect(first.handled).toEqual(['a1', 'a2']);
    const second = follow({ checkpoints });
    await eventually(() => second.handled).toEqual(['b1', 'a2']);
  });

  it('stores checkpoints within a page, so that a crash repeats little', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    scripted.setPageSize(1000);
    stream.put('s', ...Array.from({ length: 250 }, (_, i) => `a${i + 1}`));
    const checkpoints = memoryCheckpoints();
    const crashed = follow({
      checkpoints,
      onChange: async (change) => {
        if (change.version > 230) await new Promise<never>(() => {}); // this handler never ends
        crashed.handled.push(nameOf(change));
      },
    });
    await eventually(() => crashed.handled).toHaveLength(230);
    const next = follow({ checkpoints });
    await eventually(() => next.handled.at(-1)).toBe('a250');
    expect(next.handled[0]).toBe('a201');
    running.splice(running.indexOf(crashed), 1); // it cannot end
  });

  it('ends after the current change, and does not handle it again', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1', 'a2');
    const checkpoints = memoryCheckpoints();
    let release = () => {};
    const first = follow({
      checkpoints,
      onChange: async (change) => {
        await new Promise<void>((resolve) => {
          release = resolve;
          first.logged.push('began');
        });
        first.handled.push(nameOf(change));
      },
    });
    await eventually(() => first.logged).toEqual(['began']);
    const stopped = first.stop();
    release();
    await stopped;
    expect(first.handled).toEqual(['a1']);
    const second = follow({ checkpoints });
    await eventually(() => second.handled).toEqual(['a2']);
  });

  it('begins with changes from now on with the option latest', async () => {
    const old = scripted.addStream('0');
    old.addShard('r');
    old.put('r', 'z1');
    const stream = scripted.addStream('1');
    stream.addShard('root');
    stream.addShard('s', 'root');
    stream.put('root', 'a1');
    stream.close('root');
    stream.put('s', 'a2');
    const checkpoints = memoryCheckpoints();
    const first = follow({ from: 'latest', checkpoints });
    await eventually(() => scripted.requests.filter((one) => one === 'GetRecords').length).toBeGreaterThan(1);
    stream.put('s', 'a3');
    stream.close('s');
    stream.addShard('t', 's');
    stream.put('t', 'a4');
    await eventually(() => first.handled).toEqual(['a3', 'a4']);
    await first.stop();
    stream.put('t', 'a5');
    const second = follow({ from: 'latest', checkpoints });
    await eventually(() => second.handled).toEqual(['a5']);
  });

  it('gets all changes, although another follower reads the same stream', async () => {
    const stream = scripted.addStream('1');
    stream.addShard('s');
    stream.put('s', 'a1', 'a2');
    const both = [follow(), follow()];
    for (const { handled } of both) await eventually(() => handled).toEqual(['a1', 'a2']);
  });

  it.each([
    [{ pollMs: 0 }, 'pollMs is 0; it takes 1 to 600,000'],
    [{ concurrency: 0 }, 'concurrency is 0; it takes a whole number from 1 to 1,000'],
  ])('rejects %j', async (options, says) => {
    await expect(follow(options).done).rejects.toThrow(says);
  });
});
