import { create, remove, restore, transact, update } from './explored-call.js';
import type { Family, Stored } from './family.js';
import { times } from './times.js';

const account = (ref: string, email: string): Stored => ({ model: 'accounts', ref, attributes: { email } });
const expiring = (model: 'leases' | 'vouchers', expiresAt: number): Stored => ({
  model,
  ref: 'a',
  attributes: { text: 'old', expiresAt, ...(model === 'vouchers' && { code: 'x' }) },
});

/** Entities with unique values, and those that expire. */
export const claimFamilies: readonly Family[] = [
  {
    name: 'restore a unique value',
    initial: { 'a absent, x free': [], 'b holds x': [account('b', 'x')] },
    calls: () => [restore('accounts', 'a', { email: 'x' }, 3)],
    basics: () => [
      create('accounts', 'a', { email: 'x' }),
      create('accounts', 'b', { email: 'x' }),
      update('accounts', 'a', { email: 'y' }),
      remove('accounts', 'a'),
      remove('accounts', 'b'),
    ],
    followUps: [update('accounts', 'a', { name: 'C' }), remove('accounts', 'a'), remove('accounts', 'b')],
  },
  {
    name: 'account',
    initial: {
      'a absent, x free': [],
      'a holds x': [account('a', 'x')],
      'a holds x, b holds y': [account('a', 'x'), account('b', 'y')],
      'b holds x': [account('b', 'x')],
    },
    calls: (by) => [
      create('accounts', 'a', { email: 'x', name: by }),
      create('accounts', by, { email: 'x' }),
      update('accounts', 'a', { name: by }),
      update('accounts', 'a', { email: 'y' }),
      update('accounts', 'a', { email: 'y' }, { expectedVersion: 1 }),
      update('accounts', 'b', { email: 'x' }),
      remove('accounts', 'a'),
      remove('accounts', 'b'),
      transact(update('accounts', 'a', { email: 'y' }), create('notes', by, {})),
    ],
    basics: () => [],
    followUps: [
      update('accounts', 'a', { name: 'C' }),
      remove('accounts', 'a'),
      remove('accounts', 'b'),
      create('accounts', 'a', { email: 'x' }),
      create('accounts', 'C', { email: 'x' }),
    ],
  },
  {
    name: 'lease',
    initial: {
      'a expired': [expiring('leases', times.past)],
      'a live': [expiring('leases', times.tomorrow)],
    },
    calls: (by) => [
      create('leases', 'a', { text: by, expiresAt: times.tomorrow }),
      update('leases', 'a', { text: by }),
      update('leases', 'a', { expiresAt: times.inAWeek }),
      update('leases', 'a', { expiresAt: times.past }),
      remove('leases', 'a'),
    ],
    basics: () => [],
    followUps: [
      update('leases', 'a', { text: 'C' }),
      remove('leases', 'a'),
      create('leases', 'a', { text: 'C', expiresAt: times.tomorrow }),
    ],
  },
  {
    name: 'voucher',
    initial: {
      'a expired': [expiring('vouchers', times.past)],
      'a live': [expiring('vouchers', times.tomorrow)],
    },
    calls: (by) => [
      create('vouchers', 'a', { text: by, code: 'x', expiresAt: times.tomorrow }),
      create('vouchers', by, { code: 'x', expiresAt: times.tomorrow }),
      update('vouchers', 'a', { text: by }),
      update('vouchers', 'a', { expiresAt: times.inAWeek }),
      update('vouchers', 'a', { expiresAt: times.past }),
      remove('vouchers', 'a'),
    ],
    basics: () => [],
    followUps: [
      update('vouchers', 'a', { text: 'C' }),
      remove('vouchers', 'a'),
      create('vouchers', 'C', { code: 'x', expiresAt: times.tomorrow }),
    ],
  },
];
