import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ResourceError } from '../../src/api/errors.js';
import { SignedOutError } from '../../src/api/session.js';
import { type Run, type RunOptions, type RunState, startRun } from '../../src/change/bulk/bulk-runner.js';

const done = { done: 1, failed: [] };
const busy = () => new ResourceError('Busy', { httpStatus: 429 });
const failedRows = (row: number, reason: string) => [{ row: String(row), reason }];
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

function run(options: Partial<RunOptions<number>> & Pick<RunOptions<number>, 'work'>): Run & { states: RunState[] } {
  const states: RunState[] = [];
  const started = startRun({
    rows: numbers(10),
    failedRows,
    pause: async () => {},
    ...options,
    onChange: (state) => {
      states.push(state);
      options.onChange?.(state);
    },
  });
  return { ...started, states };
}

describe('a bulk run', () => {
  it('works through all rows, a few at a time', async () => {
    let [current, most] = [0, 0];
    const seen: number[] = [];
    const { finished } = run({
      concurrency: 3,
      work: async (row) => {
        most = Math.max(most, ++current);
        seen.push(row);
        await new Promise((resolve) => setImmediate(resolve));
        current--;
        return done;
      },
    });
    await expect(finished).resolves.toEqual({ status: 'done', done: 10, failed: [] });
    expect(seen.sort((a, b) => a - b)).toEqual(numbers(10));
    expect(most).toBe(3);
  });

  it('reports the rows that fail, and goes on with the others', async () => {
    const work = async (row: number) => {
      if (row % 2 === 0) throw new ResourceError('Taken', { httpStatus: 409, reason: 'EMAIL_TAKEN' });
      return done;
    };
    const { done: count, failed } = await run({ work }).finished;
    expect(count).toBe(5);
    expect(failed.map(({ row }) => Number(row)).sort((a, b) => a - b)).toEqual([2, 4, 6, 8, 10]);
    expect(failed[0]?.reason).toBe('This email is taken: Taken');
  });

  it('says of a row which values are not valid', async () => {
    const work = async () => {
      throw new ResourceError('Not valid', {
        httpStatus: 400,
        fieldErrors: { email: ['Not an email'], 'tags.0': ['Empty'] },
      });
    };
    const { failed } = await run({ work, rows: [1] }).finished;
    expect(failed).toEqual([{ row: '1', reason: 'email: Not an email; tags.0: Empty' }]);
  });

  it('counts what a batch has done in part', async () => {
    const work = async (row: number) => ({ done: 3, failed: failedRows(row, 'no') });
    await expect(run({ work, rows: [1] }).finished).resolves.toMatchObject({ done: 3, failed: [{ row: '1' }] });
  });

  it('waits for a busy API with all rows, and sends the same row again', async () => {
    const sent: number[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { finished, states } = run({
      concurrency: 2,
      pause: () => gate,
      work: async (row) => {
        sent.push(row);
        if (sent.length === 1) throw busy();
        return done;
      },
    });
    await expect.poll(() => states.at(-1)?.waitsUntil).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve)); // whoever would not wait had sent by now
    expect(sent).toEqual([1]);
    open();
    await expect(finished).resolves.toMatchObject({ status: 'done', done: 10 });
    expect(sent.filter((row) => row === 1)).toHaveLength(2);
    expect(sent).toHaveLength(11);
  });

  it('asks a few times for an unknown outcome, then reports it', async () => {
    let sent = 0;
    const work = async () => {
      sent++;
      throw new ResourceError('Lost', { httpStatus: 503, reason: 'OUTCOME_UNKNOWN' });
    };
    const { failed } = await run({ work, rows: [1] }).finished;
    expect(sent).toBe(5);
    expect(failed).toEqual([{ row: '1', reason: 'This may or may not have been applied: Lost' }]);
  });

  it('sends nothing while it is paused', async () => {
    const sent: number[] = [];
    const control: Run[] = [];
    const { states, ...started } = run({
      concurrency: 1,
      work: async (row) => {
        sent.push(row);
        if (row === 3) control[0]?.pause();
        return done;
      },
    });
    control.push(started);
    await expect.poll(() => states.at(-1)).toMatchObject({ status: 'paused', done: 3 });
    await new Promise((resolve) => setTimeout(resolve));
    expect(sent).toEqual([1, 2, 3]);
    started.resume();
    await expect(started.finished).resolves.toMatchObject({ status: 'done', done: 10 });
  });

  it('pauses by itself when the user is signed out, and loses no row', async () => {
    let isSignedIn = false;
    const { states, finished, resume } = run({
      work: async () => {
        if (!isSignedIn) throw new SignedOutError();
        return done;
      },
    });
    await expect.poll(() => states.at(-1)).toMatchObject({ status: 'paused', error: expect.any(SignedOutError) });
    isSignedIn = true;
    resume();
    await expect(finished).resolves.toMatchObject({ status: 'done', done: 10, failed: [] });
  });

  it('ends when it is cancelled, also while it is paused or waits', async () => {
    for (const when of ['running', 'paused', 'waiting']) {
      const { states, ...started } = run({
        pause: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
        work: async (row, signal) => {
          if (when === 'waiting') throw busy();
          if (row === 5 && when === 'running')
            await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          return done;
        },
        rows: when === 'running' ? numbers(5) : numbers(10),
        concurrency: 1,
      });
      if (when === 'paused') started.pause();
      if (when === 'waiting') await expect.poll(() => states.at(-1)?.waitsUntil).toBeDefined();
      if (when === 'running') await expect.poll(() => states.at(-1)?.done).toBe(4);
      started.cancel();
      await expect(started.finished).resolves.toMatchObject({ status: 'cancelled', failed: [] });
    }
  });

  it('ends early if the rows cannot be read', async () => {
    async function* rows() {
      yield 1;
      throw new Error('No such page');
    }
    const { finished } = run({ rows: rows(), work: async () => done });
    await expect(finished).resolves.toMatchObject({ status: 'broken', error: new Error('No such page') });
  });

  it('lets calls under way end when it is cancelled, and counts them', async () => {
    const ends: (() => void)[] = [];
    const started = run({
      concurrency: 3,
      work: async (row) => {
        await new Promise<void>((resolve) => ends.push(resolve));
        if (row === 2) throw new ResourceError('Lost', { httpStatus: 503, reason: 'OUTCOME_UNKNOWN' });
        return done;
      },
    });
    await expect.poll(() => ends.length).toBe(3);
    started.cancel();
    expect(started.states.at(-1)).toMatchObject({ status: 'running', isStopping: true });
    for (const end of ends) end();
    const last = await started.finished;
    expect(last).toMatchObject({ status: 'cancelled', done: 2, failed: [{ row: '2' }] });
    expect(last.failed[0]?.reason).toContain('may or may not');
    expect(ends).toHaveLength(3);
  });

  it('reports a row as unknown if a rejection does not tell whether it was applied', async () => {
    const errors = [{ reason: 'OUTCOME_UNKNOWN', httpStatus: 503 }, { httpStatus: 403 }];
    const unknown: boolean[] = [];
    const { failed } = await run({
      rows: [1],
      work: async () => {
        throw new ResourceError('No', errors.shift() ?? {});
      },
      failedRows: (row, reason, isUnknown) => {
        unknown.push(isUnknown);
        return failedRows(row, reason);
      },
    }).finished;
    expect(failed).toEqual([{ row: '1', reason: 'This may or may not have been applied: No' }]);
    expect(unknown).toEqual([true]);
  });

  it('sends no row again whose key the API may have forgotten', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    let sent = 0;
    const { failed } = await run({
      rows: [1],
      pause: async () => void vi.setSystemTime(Date.now() + 24 * 3_600_000),
      work: async () => {
        sent++;
        throw new ResourceError('Lost', { httpStatus: 503, reason: 'OUTCOME_UNKNOWN' });
      },
    }).finished;
    expect([sent, failed.length]).toEqual([1, 1]);
  });
});
