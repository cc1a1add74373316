import { describe, expect, it } from 'vitest';
import type { Api, CallOptions } from '../../src/api/client.js';
import type { ConsoleEntity, Entity } from '../../src/api/description.js';
import { bulkContext, hasVersions } from '../../src/change/bulk/bulk-context.js';
import { deleteBatch, updateOne } from '../../src/change/bulk/bulk-work.js';

const entity: ConsoleEntity = {
  ...{ name: 'notes', title: 'Notes', singular: 'note', lists: [], lookUps: [], others: [] },
  schema: { properties: { id: { type: 'string' }, title: { type: 'string' }, version: { type: 'number' } } },
};
interface Sent {
  readonly input: unknown;
  readonly key: CallOptions['key'];
}
/** An API whose entities are as given, and what it was sent. */
function apiOf(stored: () => Entity) {
  const sent: Sent[] = [];
  const api: Api = {
    query: async () => stored(),
    mutate: async (_, input, options) => {
      sent.push({ input, key: options?.key });
      return { failed: [] };
    },
    subscribe: () => () => {},
    resource: async () => undefined,
  };
  return { api, sent };
}
const never = new AbortController().signal;
const validKey = /^[!#-+\--:<-[\]-~]{1,255}$/;

describe('the work of a bulk run', () => {
  it('has keys that the API takes, whatever the ids are: one for each row, the same when it is sent again', async () => {
    const { api, sent } = apiOf(() => ({ id: '' }));
    const context = bulkContext({ api, entity, scope: undefined });
    const [one, other] = [`Zoë, "a"; \\${'x'.repeat(300)}`, 'y'].map((id) => ({ id, version: 1 }));
    for (const row of [one, one, other]) if (row) await updateOne(context, 'notes.update', {})(row, never);
    await deleteBatch(context, 'notes.batchDelete')([one as Entity], never);
    const keys = sent.map(({ key }) => key);
    for (const key of keys) expect(key).toMatch(validKey);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
  });

  it('does not overwrite what has changed since a list without versions was read', async () => {
    const { api, sent } = apiOf(() => ({ id: 'n1', title: 'Theirs', version: 2 }));
    const update = updateOne(bulkContext({ api, entity, scope: undefined }), 'notes.update', { title: 'Mine' });
    await expect(update({ id: 'n1', title: 'Seen' }, never)).rejects.toThrow('Changed since the list was read: title');
    expect(sent).toEqual([]);
  });

  it('reads the version of a row anew in each run', async () => {
    let version = 1;
    const { api, sent } = apiOf(() => ({ id: 'n1', title: 'Seen', version }));
    const row = { id: 'n1', title: 'Seen' };
    for (; version < 3; version++)
      await updateOne(bulkContext({ api, entity, scope: undefined }), 'notes.update', {})(row, never);
    expect(sent.map(({ input }) => input)).toMatchObject([{ expectedVersion: 1 }, { expectedVersion: 2 }]);
  });

  it('knows whether it can tell what others have changed', () => {
    expect(hasVersions(entity)).toBe(true);
    expect(hasVersions({ ...entity, schema: { properties: {} } })).toBe(false);
  });
});
