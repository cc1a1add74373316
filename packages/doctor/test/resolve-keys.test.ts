import { inspect } from '@aws-starter-kit/dynamo';
import { expect, it } from 'vitest';
import { keyChanges, versionFault } from '../src/resolve-keys.js';
import { decode, type RawItem } from '../src/stored-item.js';
import { VoucherModel } from './voucher-model.js';

it.each<[string, RawItem[string] | undefined, string | undefined]>([
  ['an absent version', undefined, undefined],
  ['a whole number', { N: '7' }, undefined],
  ['the largest whole number', { N: String(2 ** 53 - 1) }, undefined],
  ['2^53', { N: String(2 ** 53) }, 'not a whole number up to 2^53 - 1'],
  ['a number of 38 digits', { N: '9'.repeat(38) }, 'not a whole number up to 2^53 - 1'],
  ['a large fraction', { N: '9007199254740993.5' }, 'not a whole number up to 2^53 - 1'],
  ['a fraction', { N: '1.5' }, 'not a whole number up to 2^53 - 1'],
  ['text', { S: '7' }, 'not a number'],
  ['null', { NULL: true }, 'not a number'],
  ['a map', { M: {} }, 'not a number'],
])('judges a version: %s', (_, version, what) => {
  const fault = versionFault(decode({ id: { S: 'USER#1' }, ...(version && { version }) }));
  const remedy = 'so that no model can write the item: set it to a whole number, or remove it, which counts as 0';
  expect(fault).toBe(what && `version: ${what}, ${remedy}`);
});

class NumberedModel extends VoucherModel {
  protected override setGSIKeys(voucher: { pk1?: string; sk1?: string; number?: bigint }) {
    voucher.pk1 = 'VOUCHER';
    voucher.sk1 = `NUMBER#${voucher.number}`;
  }
}

it('makes index keys of every digit of a number past 2^53', () => {
  const digits = '12345678901234567891';
  const item = { id: 'VOUCHER#1', createdAt: '2024', number: { N: digits } };
  const raw: RawItem = {
    id: { S: item.id },
    createdAt: { S: item.createdAt },
    number: item.number,
    pk1: { S: 'VOUCHER' },
    sk1: { S: `NUMBER#${digits}` },
  };
  expect(keyChanges({ stores: inspect(new NumberedModel()) }, decode(raw))).toBeUndefined();
});

const sound = { id: 'VOUCHER#1', createdAt: '2024', vk0: 'VOUCHER#' };

class ShardedModel extends VoucherModel {
  protected override indexShards() {
    return { GSI1: { shards: 4, by: 'id' } } as const;
  }
  protected override vectorIndex() {
    return { attribute: 'vector', dimensions: 3 } as never;
  }
}

it.each([
  ['of one shard', { pk1: 'VOUCHER', sk1: 'TITLE#none' }, 'other shards', 'pk1: of another number of shards'],
  [
    'of more shards',
    { pk1: 'VOUCHER~7', sk1: 'TITLE#none\u0001#VOUCHER#1' },
    'other shards',
    'pk1: of another number of shards',
  ],
  [
    'of one shard beside a wrong one',
    { pk1: 'VOUCHER', sk1: 'TITLE#none', vk0: 'OLD' },
    'other shards',
    'pk1: of another number of shards, vk0 is stale',
  ],
  ['that are stale', { pk1: 'VOUCHER', sk1: 'TITLE#old' }, 'wrong keys', 'pk1 is stale, sk1 is stale'],
  ['that are missing', {}, 'wrong keys', 'pk1 is missing, sk1 is missing'],
])('tells keys %s apart', (_, keys, kind, what) => {
  const stored = Object.entries({ ...sound, ...keys }).map(([name, S]) => [name, { S }]);
  const changes = keyChanges({ stores: inspect(new ShardedModel()) }, decode(Object.fromEntries(stored)));
  expect(changes).toMatchObject({ kind, what, remove: [], set: { pk1: expect.stringMatching(/^VOUCHER~[0-3]$/) } });
});

it('finds nothing in keys of the shards that the model writes', () => {
  const stores = inspect(new ShardedModel());
  const item = { id: 'VOUCHER#1', createdAt: '2024' };
  const stored = Object.entries({ ...item, ...stores.keys(item) }).map(([name, S]) => [name, { S }]);
  expect(keyChanges({ stores }, decode(Object.fromEntries(stored)))).toBeUndefined();
});
