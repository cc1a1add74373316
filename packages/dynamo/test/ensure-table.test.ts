import { expect, it } from 'vitest';
import { ensureTable } from '../src/index.js';

it.each(['ab', 'my table'])(
  'rejects the name %j, by which no table can be made, before it asks anybody',
  async (tableName) => {
    const asked = ensureTable({ tableName, endpoint: 'http://127.0.0.1:1' });
    await expect(asked).rejects.toThrow(
      new TypeError(`tableName holds ${JSON.stringify(tableName)}; it may hold 3 to 255 of a-z A-Z 0-9 _ . -`),
    );
  },
);
