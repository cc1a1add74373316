import { claimFamilies } from './claim-families.js';
import { batchUpdate, create, once, remove, restore, revert, transact, update, within } from './explored-call.js';
import type { Family, Stored } from './family.js';
import { times } from './times.js';

const mine = { text: 'old' };
const note = (ref: string): Stored => ({ model: 'notes', ref, attributes: { text: 'old', n: 0 } });

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
      batchUpdate('notes', 'a', { text: by }),
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
    name: 'restore',
    initial: { 'a absent': [], 'a present': [note('a')] },
    calls: (by) => [restore('notes', 'a', { text: 'backup', n: 0 }, 3), restore('notes', 'a', { text: by, n: 0 }, 1)],
    basics: (by) => [
      create('notes', 'a', { text: by }),
      update('notes', 'a', { text: by }),
      update('notes', 'a', {}, { increment: { n: 1 } }),
      remove('notes', 'a'),
    ],
    followUps: [update('notes', 'a', { text: 'C' }), remove('notes', 'a'), create('notes', 'a', { text: 'C' })],
  },
  {
    name: 'history',
    initial: { 'a absent': [], 'a present': [{ ...note('a'), model: 'papers' }] },
    calls: (by) => [
      create('papers', 'a', { text: by }),
      update('papers', 'a', { text: by }),
      update('papers', 'a', { text: by }, { expectedVersion: 1 }),
      update('papers', 'a', {}, { increment: { n: 1 } }),
      update('papers', 'a', {}, { set: { 'meta.text': by } }),
      remove('papers', 'a'),
      revert('papers', 'a', 1),
    ],
    basics: () => [],
    followUps: [update('papers', 'a', { text: 'C' }), remove('papers', 'a'), create('papers', 'a', { text: 'C' })],
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
  ...claimFamilies,
];
