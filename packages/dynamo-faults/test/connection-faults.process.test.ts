import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { faultTable } from './fault-table.js';

const { tableName, honest, underFaults } = await faultTable();
const put = (id: string) => new PutCommand({ TableName: tableName, Item: { id } });
const get = (id: string) => new GetCommand({ TableName: tableName, Key: { id }, ConsistentRead: true });
const stored = async (id: string) => (await honest.send(get(id))).Item;

describe('connection faults', () => {
  test('a lost reply: the caller sees a reset, and the engine has committed', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'lost-reply', operation: 'PutItem', times: 1 }] });
    await expect(client.send(put('lost'))).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    expect(await stored('lost')).toEqual({ id: 'lost' });
    expect(faults.requests).toMatchObject([{ operation: 'PutItem', fault: 'lost-reply', error: 'ECONNRESET' }]);
    await client.send(put('kept'));
    expect(faults.injected['lost-reply']).toBe(1);
  });

  test('a reset: nothing reaches the engine', async () => {
    const { client } = underFaults({ rules: [{ fault: 'reset' }] });
    await expect(client.send(put('reset'))).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    expect(await stored('reset')).toBeUndefined();
  });

  test('a late request: the caller sees a reset, and the request arrives later, although its caller has aborted', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'late', ms: [30, 40] }] });
    const caller = new AbortController();
    const failed = client.send(put('late'), { abortSignal: caller.signal });
    await expect(failed).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' });
    caller.abort();
    expect(await stored('late')).toBeUndefined();
    await faults.settled();
    expect(await stored('late')).toEqual({ id: 'late' });
    expect(faults.injected.late).toBe(1);
  });

  test('destroying the handler loses late requests', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'late', ms: 60_000 }] });
    await expect(client.send(put('lost-for-good'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    faults.destroy();
    await faults.settled();
    expect(await stored('lost-for-good')).toBeUndefined();
  });

  test('the SDK retries resets, and succeeds', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'reset', times: 2 }] }, { maxAttempts: 3 });
    await client.send(put('retried'));
    expect(await stored('retried')).toEqual({ id: 'retried' });
    expect(faults.counts).toEqual({ PutItem: 3 });
  });

  test('a refused connection looks like a real one', async () => {
    const { client } = underFaults({ rules: [{ fault: 'refused' }] });
    const real = underFaults({ rules: [] }, { endpoint: 'http://127.0.0.1:1' });
    const error = await client.send(put('refused')).catch((e: unknown) => e);
    const realError = await real.client.send(put('refused')).catch((e: unknown) => e);
    const looks = ({ name, code, errno, syscall }: Record<string, unknown>) => ({ name, code, errno, syscall });
    expect(looks(error as never)).toEqual(looks(realError as never));
    expect(await stored('refused')).toBeUndefined();
  });

  test('a hanging request has reached the engine, and ends when the caller aborts', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'hang' }] });
    const caller = new AbortController();
    const answer = client.send(put('hanging'), { abortSignal: caller.signal });
    await expect.poll(() => stored('hanging')).toEqual({ id: 'hanging' });
    expect(faults.requests[0]?.endedAt).toBeUndefined();
    caller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(faults.requests[0]).toMatchObject({ fault: 'hang', error: 'AbortError' });
  });

  test('a hanging request ends by the timeout of the inner handler', async () => {
    const handler = { requestTimeout: 100, throwOnRequestTimeout: true };
    const { client } = underFaults({ rules: [{ fault: 'hang' }], handler });
    await expect(client.send(put('timed-out'))).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
  });

  test('destroying the handler ends hanging requests', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'hang' }] });
    const answer = client.send(put('destroyed'));
    answer.catch(() => {}); // awaited below; until then a rejection must not count as unhandled
    await expect.poll(() => stored('destroyed')).toBeDefined();
    const destroyed = () => {
      faults.destroy();
      return faults.requests[0]?.error;
    };
    await expect.poll(destroyed).toBe('ECONNRESET');
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('latency delays, and an abort ends it before the request is sent', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'latency', ms: [30, 40] }] });
    await client.send(put('delayed'));
    const [late] = faults.requests;
    expect(late?.latencyMs).toBeGreaterThanOrEqual(30);
    expect(late?.latencyMs).toBeLessThanOrEqual(40);
    expect((late?.endedAt ?? 0) - (late?.startedAt ?? 0)).toBeGreaterThanOrEqual(29);

    faults.setRules([{ fault: 'latency', ms: 60_000 }]);
    const answer = client.send(put('too-late'), { abortSignal: AbortSignal.timeout(20) });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(await stored('too-late')).toBeUndefined();
  });

  test('latency and another fault combine', async () => {
    const { client, faults } = underFaults({ rules: [{ fault: 'reset' }, { fault: 'latency', ms: 5 }] });
    await expect(client.send(put('both'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(faults.requests[0]).toMatchObject({ fault: 'reset', latencyMs: 0 });
    faults.setRules([{ fault: 'latency', ms: 5 }, { fault: 'latency', ms: 6 }, { fault: 'reset' }]);
    await expect(client.send(put('both'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(faults.requests[1]).toMatchObject({ fault: 'reset', latencyMs: 11 });
  });
});
