import { randomBytes } from 'node:crypto';
import type { Call } from '../call/call.js';
import type { Connection } from '../connection/connection.js';
import { getItem } from './get-item.js';
import { keyBytes } from './hidden-position.js';

/** Id of the item that holds the key. No entity has it, since there is no # in it. */
export const cursorKeyId = 'CURSOR-KEY';

const keys = new WeakMap<Connection, Uint8Array>();

/**
 * Returns the key of a table for positions that cursors must hide. It is stored in the table, so that all processes share it: whoever can read
 * it there can read what it hides. Made where there is none; read once per process.
 */
export async function cursorKey(call: Call): Promise<Uint8Array> {
  const known = keys.get(call.connection);
  if (known) return known;
  let key = await storedKey(call);
  if (!key) {
    await storeKey(call, randomBytes(keyBytes));
    key = await storedKey(call); // another process may have been first
  }
  if (!key) throw new TypeError(`The item ${cursorKeyId} of the table holds no key: delete it, and it is made anew`);
  keys.set(call.connection, key);
  return key;
}

async function storedKey(call: Call): Promise<Uint8Array | undefined> {
  const key = (await getItem(call, cursorKeyId, true))?.key;
  return key instanceof Uint8Array && key.byteLength === keyBytes ? key : undefined;
}

/** Sent as a read is: it may arrive more than once, and at any time, since it never replaces a key. */
async function storeKey(call: Call, key: Uint8Array): Promise<void> {
  const { tableName } = call.connection;
  try {
    const Item = { id: cursorKeyId, key };
    await call.read('PutItem', { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(id)' });
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}
