import { expect, test } from 'vitest';
import { contentOf, textOf } from './state.js';

const account = {
  id: 'ACCOUNT#a',
  ref: 'a',
  email: 'x',
  version: 1,
  createdAt: '2024',
  pk1: 'ACCOUNT',
  sk1: 'EMAIL#x',
};
const claim = { id: 'UNIQUE#ACCOUNT#email#x', ownerId: 'ACCOUNT#a' };
const voucher = { id: 'VOUCHER#a', ref: 'a', code: 'x', version: 1, createdAt: '2024' };

test('callers see live entities without timestamps, keys and internal attributes', () => {
  const { state, problems } = contentOf([{ ...account, _writeId: 'w' }, claim]);
  expect(textOf(state)).toBe('ACCOUNT#a {"email":"x","ref":"a","version":1}');
  expect(problems).toEqual([]);
});

test('a tombstone and an expired entity with its claim are absent', () => {
  const expired = [
    { ...voucher, expiresAt: 1 },
    { id: 'UNIQUE#VOUCHER#code#x', ownerId: 'VOUCHER#a', expiresAt: 1 },
  ];
  const { state, problems } = contentOf([{ id: 'NOTE#a', _fence: 1, _tombstone: true, expiresAt: 9e9 }, ...expired]);
  expect(textOf(state)).toBe('empty');
  expect(problems).toEqual([]);
});

test.each([
  ['an owner without a claim', [account]],
  ['a claim without an owner', [claim]],
  ['a claim of another', [account, { ...claim, ownerId: 'ACCOUNT#b' }]],
  ['a stale key', [{ ...account, sk1: 'EMAIL#y' }, claim]],
  [
    'a claim that expires earlier than its owner',
    [
      { ...voucher, expiresAt: 9e9 },
      { id: 'UNIQUE#VOUCHER#code#x', ownerId: 'VOUCHER#a', expiresAt: 8e9 },
    ],
  ],
])('names %s', (_, items) => {
  expect(contentOf(items).problems).toHaveLength(1);
});
