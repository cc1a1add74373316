import { create, type ExploredCall, once, remove, transact, update, within } from './explored-call.js';
import type { ModelName } from './models.js';

/** An entity that is stored at version 1 before the calls. */
export interface Stored {
  readonly model: ModelName;
  readonly ref: string;
  readonly attributes: object;
}

/** The record of a key that is stored before the calls. */
export interface StoredRecord {
  readonly record: string;
  readonly expiresAt: number;
}

/** Calls that concern the same entity or the same unique value, each pair of which is explored. */
export interface Family {
  readonly name: string;
  readonly initial: Readonly<Record<string, readonly (Stored | StoredRecord)[]>>;
  /** The calls of one caller, whose name marks what they write. */
  calls(by: string): readonly ExploredCall[];
  /** Calls that are paired with those only, since their own pairs are explored elsewhere. */
  basics(by: string): readonly ExploredCall[];
  /** Calls of a third caller, one of which may come after both calls and before late deliveries. */
  readonly followUps: readonly ExploredCall[];
}

const daySeconds = 86_400;
const inDays = (days: number): number => Math.floor(Date.now() / 1000) + days * daySeconds;
const times = { past: inDays(-1), tomorrow: inDays(1), inAWeek: inDays(7) };

const mine = { text: 'old' };
const note = (ref: string): Stored => ({ model: 'notes', ref, attributes: { text: 'old', n: 0 } });
const account = (ref: string, email: string): Stored => ({ model: 'accounts', ref, attributes: { email } });
const expiring = (model: 'leases' | 'vouchers', expiresAt: number): Stored => ({
  model,
  ref: 'a',
  attributes: { text: 'old', expiresAt, ...(model === 'vouchers' && { code: 'x' }) },
});

const createOnce = (options?: { readonly crashes: boolean }) =>
  once(create('notes', 'a', { text: 'same' }), ['NOTE#a'], options);
const transactOnce = (options?: { readonly crashes: boolean }) =>
  once(
    transact(create('notes', 'c', {}), update('notes', 'b', {}, { increment: { n: 1 } })),
    ['NOTE#c', 'NOTE#b'],
    options,
  );

export const families: readonly Family[] = [
  {
    name: 'note',
    initial: { 'a absent': [], 'a present': [note('a')] },
    calls: (by) => [
      create('notes', 'a', { text: by }),
      update('notes', 'a', { text: by }),
      update('notes', 'a', { text: by }, { expectedVersion: 1 }),
      update('notes', 'a', {}, { increment: { n: 1 } }),
      update('notes', 'a', {}, { append: { log: [by] } }),
      update('notes', 'a', {}, { set: { 'meta.text': by } }),
      update('notes', 'a', { text: by }, { if: { text: 'old' } }),
      remove('notes', 'a'),
      remove('notes', 'a', { expectedVersion: 1 }),
    ],
    basics: () => [],
    followUps: [update('notes', 'a', { text: 'C' }), remove('notes', 'a'), create('notes', 'a', { text: 'C' })],
  },
  {
    name: 'transact',
    initial: { 'a absent': [note('b')], 'a present': [note('a'), note('b')] },
    calls: (by) => [
      transact(update('notes', 'a', {}, { expectedVersion: 1 }), create('notes', by, {})),
      transact(remove('notes', 'a'), create('notes', by, {})),
      transact(update('notes', 'a', { text: by }), update('notes', 'b', {}, { increment: { n: 1 } })),
      transact(
        update('notes', 'a', {}, { append: { log: [by] } }),
        update('notes', 'b', {}, { set: { 'meta.text': by } }),
      ),
      transact(create('notes', 'a', { text: by }), remove('notes', 'b')),
    ],
    basics: (by) => [create('notes', 'a', { text: by }), update('notes', 'a', { text: by }), remove('notes', 'a')],
    followUps: [update('notes', 'a', { text: 'C' }), remove('notes', 'a'), create('notes', 'a', { text: 'C' })],
  },
  {
    name: 'keyed',
    initial: { 'a present': [{ model: 'keyed', ref: 'a', attributes: { text: 'old', n: 0 } }] },
    calls: (by) => [
      update('keyed', 'a', { text: by }),
      update('keyed', 'a', { text: by }, { expectedVersion: 1 }),
      update('keyed', 'a', {}, { increment: { n: 1 } }),
      update('keyed', 'a', {}, { append: { log: [by] }, set: { 'meta.text': by } }),
      update('keyed', 'a', { text: by }, { if: { text: 'old' } }),
    ],
    basics: (by) => [remove('keyed', 'a'), create('keyed', 'a', { text: by })],
    followUps: [update('keyed', 'a', { text: 'C' }), remove('keyed', 'a'), create('keyed', 'a', { text: 'C' })],
  },
  {
    name: 'counter',
    initial: { 'a present': [{ model: 'tallies', ref: 'a', attributes: { text: 'old', n: 0 } }] },
    calls: (by) => [
      update('tallies', 'a', {}, { increment: { n: 1 } }),
      update('tallies', 'a', {}, { increment: { n: 1 }, expectedVersion: 1 }),
      update('tallies', 'a', {}, { increment: { n: 1 }, if: { n: 0 } }),
      transact(update('tallies', 'a', {}, { increment: { n: 1 }, returns: 'none' }), create('notes', by, {})),
    ],
    basics: (by) => [
      update('tallies', 'a', { text: by }, { expectedVersion: 1 }),
      update('tallies', 'a', { text: by }, { if: { n: 0 } }),
      update('tallies', 'a', { text: by }, { expectedVersion: 1, if: { n: 1 } }),
      update('tallies', 'a', {}, { append: { log: [by] }, increment: { n: 1 } }),
      remove('tallies', 'a'),
      create('tallies', 'a', { text: by }),
    ],
    followUps: [
      update('tallies', 'a', {}, { increment: { n: 1 } }),
      update('tallies', 'a', { text: 'C' }),
      remove('tallies', 'a'),
      create('tallies', 'a', { text: 'C' }),
    ],
  },
  {
    name: 'tenant',
    initial: { 'a is mine': [note('a')], 'a is of others': [{ ...note('a'), attributes: { text: 'theirs', n: 0 } }] },
    calls: (by) => [
      within(mine, update('notes', 'a', { n: by === 'A' ? 10 : 20 })),
      within(mine, update('notes', 'a', { n: by === 'A' ? 10 : 20 }, { expectedVersion: 1 })),
      within(mine, update('notes', 'a', {}, { increment: { n: 1 } })),
      within(mine, remove('notes', 'a')),
      within(mine, remove('notes', 'a', { expectedVersion: 1 })),
      transact(within(mine, remove('notes', 'a')), create('notes', by, {})),
      transact(within(mine, update('notes', 'a', { n: 30 })), create('notes', by, {})),
    ],
    basics: () => [
      update('notes', 'a', { text: 'theirs' }),
      update('notes', 'a', { text: 'old' }),
      remove('notes', 'a'),
      create('notes', 'a', { text: 'old' }),
    ],
    followUps: [update('notes', 'a', { text: 'theirs' }), update('notes', 'a', { text: 'old' }), remove('notes', 'a')],
  },
  {
    name: 'once',
    initial: {
      'a absent': [note('b')],
      'a present': [note('a'), note('b')],
      'k expired': [note('b'), { record: 'k', expiresAt: times.past }],
    },
    calls: () => [
      createOnce(),
      createOnce({ crashes: true }),
      once(remove('notes', 'a'), [true]),
      once(update('notes', 'b', {}, { increment: { n: 1 } }), ['NOTE#b']),
      transactOnce(),
      transactOnce({ crashes: true }),
    ],
    basics: (by) => [
      create('notes', 'a', { text: by }),
      remove('notes', 'a'),
      update('notes', 'b', { text: by }),
      remove('notes', 'b'),
    ],
    followUps: [createOnce(), remove('notes', 'a'), update('notes', 'b', { text: 'C' })],
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
