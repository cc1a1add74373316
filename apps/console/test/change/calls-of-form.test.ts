import { describe, expect, it } from 'vitest';
import { callsOfForm } from '../../src/change/save/calls-of-form.js';
import { forgetAllPending } from '../../src/change/save/pending-calls.js';
import { lossyApi } from './lossy-api.js';

const lossy = lossyApi();

describe('a form', () => {
  const change = { path: 'users.create', input: { name: 'Ada' }, title: 'Create Ada', entity: 'users', takesKey: true };
  const stopped = { pause: async () => Promise.reject(new DOMException('Stopped', 'AbortError')) };

  it('sends the same change again under the same key after an unknown outcome', async () => {
    const form = callsOfForm();
    lossy.weather = ['loses the answer'];
    await expect(form.settle(lossy.api, change, stopped)).rejects.toThrow('Stopped');
    lossy.weather = ['works'];
    await expect(form.settle(lossy.api, change, {})).resolves.toMatchObject({ applied: 'earlier' });
    expect(lossy.applied.size).toBe(1);
  });

  it('knows a change that another form has left, or that was settled elsewhere', async () => {
    const form = callsOfForm();
    lossy.weather = ['loses the answer'];
    await expect(callsOfForm().settle(lossy.api, change, stopped)).rejects.toThrow('Stopped');
    await expect(form.settle(lossy.api, change, stopped)).rejects.toThrow('Stopped');
    forgetAllPending();
    lossy.weather = ['works'];
    await expect(form.settle(lossy.api, change, {})).resolves.toMatchObject({ applied: 'earlier' });
    expect(lossy.applied.size).toBe(1);
  });

  it('sends another change, or one after a rejection, under a key of its own', async () => {
    const form = callsOfForm();
    lossy.weather = ['conflict'];
    await expect(form.settle(lossy.api, change, {})).rejects.toThrow('CONFLICT');
    lossy.weather = ['loses the answer'];
    await expect(form.settle(lossy.api, change, stopped)).rejects.toThrow('Stopped');
    lossy.weather = ['works'];
    const other = { ...change, input: { name: 'Grace' } };
    await expect(form.settle(lossy.api, other, {})).resolves.toMatchObject({ applied: 'at once' });
    expect(new Set(lossy.attempts).size).toBe(3);
  });
});
