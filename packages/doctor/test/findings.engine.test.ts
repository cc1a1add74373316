import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, olderUser, type RawItem } from '../../../test/older-table.js';
import { type ExamineOptions, examineTable } from '../src/index.js';

const claimId = (email: string) => `UNIQUE#USER#email#${email}`;
const claim = (email: string, owner: RawItem): RawItem => ({ id: claimId(email), ownerId: owner.id });
const rate = 100_000;
const examine = ({ client, tableName }: OlderTable, options: Partial<ExamineOptions> = {}) =>
  examineTable({ client, tableName, rate, segments: 2, ...options });

const ada = olderUser('ada@example.com');
const bob = olderUser('Bob@Example.com');
const twins = [
  olderUser('twin@example.com', { createdAt: '2024-05-01T00:00:00.000Z', sk2: 'CREATED#2024-05-01T00:00:00.000Z' }),
  olderUser('Twin@Example.com'),
] as const;
const stale = olderUser('new@example.com', { sk1: 'EMAIL#old@example.com' });
const halved = olderUser('half@example.com', { sk1: undefined });
const keyless = olderUser('none@example.com', { pk1: undefined, sk1: undefined, pk2: undefined, sk2: undefined });
const timeless = olderUser('timeless@example.com', { createdAt: undefined, pk2: undefined, sk2: undefined });
const versioned = olderUser('v@example.com', { version: 7, sk1: 'EMAIL#u@example.com' });

interface Case {
  readonly title: string;
  readonly items: readonly RawItem[];
  readonly finds: readonly object[];
  /** The items after the repair, if they differ. */
  readonly repaired?: readonly RawItem[];
}

const left = (kind: string, ids: string[], what: string) => ({ kind, ids, what, outcome: 'left' });
const right = (email: string) => ({ pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${ada.createdAt}` });

const repairable: Case[] = [
  {
    title: 'a missing claim on an email in lower case',
    items: [ada],
    finds: [left('missing claim', [ada.id], 'email')],
    repaired: [ada, claim('ada@example.com', ada)],
  },
  {
    title: 'a missing claim on an email in mixed case',
    items: [bob],
    finds: [left('missing claim', [bob.id], 'email')],
    repaired: [bob, claim('bob@example.com', bob)],
  },
  {
    title: 'a claim whose owner is gone',
    items: [claim('ada@example.com', ada)],
    finds: [left('orphan claim', [ada.id], 'email: owner is gone')],
    repaired: [],
  },
  {
    title: 'a claim whose owner holds another value',
    items: [ada, claim('ada@example.com', ada), claim('former@example.com', ada)],
    finds: [left('orphan claim', [ada.id], 'email: owner holds another value')],
    repaired: [ada, claim('ada@example.com', ada)],
  },
  {
    title: 'a claim that names no owner',
    items: [{ id: claimId('x@example.com') }, { id: claimId('y@example.com'), ownerId: 'STRANGER#1' }],
    finds: [left('orphan claim', [], 'email: names no owner'), left('orphan claim', [], 'email: names no owner')],
    repaired: [],
  },
  {
    title: 'a claim whose owner is gone, on a value that another entity holds',
    items: [ada, claim('ada@example.com', bob)],
    finds: [left('orphan claim', [bob.id], 'email: owner is gone'), left('missing claim', [ada.id], 'email')],
    repaired: [ada, claim('ada@example.com', ada)],
  },
  {
    title: 'a stale index key',
    items: [stale, claim('new@example.com', stale)],
    finds: [left('wrong keys', [stale.id], 'sk1 is stale')],
    repaired: [{ ...stale, ...right('new@example.com'), version: 1 }, claim('new@example.com', stale)],
  },
  {
    title: 'a key pair with one half missing',
    items: [halved, claim('half@example.com', halved)],
    finds: [left('wrong keys', [halved.id], 'sk1 is missing')],
    repaired: [{ ...halved, ...right('half@example.com'), version: 1 }, claim('half@example.com', halved)],
  },
  {
    title: 'missing keys',
    items: [keyless, claim('none@example.com', keyless)],
    finds: [left('wrong keys', [keyless.id], 'pk1 is missing, sk1 is missing, pk2 is missing, sk2 is missing')],
    repaired: [{ ...keyless, ...right('none@example.com'), version: 1 }, claim('none@example.com', keyless)],
  },
  {
    title: 'a stale key of an item with a version, which is incremented',
    items: [versioned, claim('v@example.com', versioned)],
    finds: [left('wrong keys', [versioned.id], 'sk1 is stale')],
    repaired: [{ ...versioned, sk1: 'EMAIL#v@example.com', version: 8 }, claim('v@example.com', versioned)],
  },
];

const defined = (item: RawItem) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
const sorted = (items: readonly RawItem[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1)).map(defined);
const byText = (list: readonly object[]) =>
  list.map((one) => JSON.stringify(one, ['kind', 'ids', 'what', 'outcome'])).sort();

describe.concurrent('the doctor', () => {
  it.each(repairable)('reports $title, and repairs it only with fix', async ({ items, finds, repaired }) => {
    const table = await olderTable([...items]);
    const found = await examine(table);
    expect(byText(found.kept)).toEqual(byText(finds));
    expect(found.left).toBe(finds.length);
    expect(found.mark).toBe('is not set');
    expect(await table.all()).toEqual(sorted(items));

    const fixed = await examine(table, { fix: true });
    expect(fixed.left).toBe(0);
    expect(fixed.repaired).toBe(finds.length);
    expect(await table.all()).toEqual(sorted([...(repaired ?? []), { id: 'UNIQUE#' }]));
    expect(await examine(table)).toMatchObject({ left: 0, repaired: 0, kept: [], mark: 'is set' });
  });

  it('reports all holders of a doubled value, and gives the claim to the oldest so that no other entity takes the value', async () => {
    const [younger, older] = twins;
    const table = await olderTable([...twins]);
    const ids = [older.id, younger.id];
    expect((await examine(table)).kept).toEqual([left('doubled value', ids, 'email: none has the claim')]);
    expect(await table.all()).toEqual(sorted(twins));

    const what = `email: ${older.id} has the claim`;
    const fixed = await examine(table, { fix: true });
    expect(fixed).toMatchObject({ left: 1, repaired: 0, mark: 'is not set', kept: [left('doubled value', ids, what)] });
    expect(await table.all()).toEqual(sorted([...twins, claim('twin@example.com', older)]));
    expect((await examine(table, { fix: true })).kept).toEqual([left('doubled value', ids, what)]);
  });

  it('finds more than a hundred holders of a value', async () => {
    const many = Array.from({ length: 120 }, (_, i) => olderUser(i % 2 ? 'Many@example.com' : 'many@example.com'));
    const table = await olderTable(many);
    const { kept, left: count } = await examine(table, { fix: true });
    expect(count).toBe(1);
    expect([...(kept[0]?.ids ?? [])].sort()).toEqual(many.map(({ id }) => id).sort());
  });

  it.each([
    ['without a name', { name: undefined }, 'name: Invalid input: expected string, received undefined'],
    ['without an email', { email: undefined, pk1: undefined, sk1: undefined }, 'email: Invalid input: expected str'],
    ['with a blank email', { email: ' ', sk1: 'EMAIL# ' }, 'email: empty or too long, so no claim can represent it'],
    ['whose version is text', { version: 'two' }, 'version: not a number, so that no model can write the item: set it'],
    ['whose version is null', { version: null }, 'version: not a number, so that'],
    ['whose version is a fraction', { version: 1.5 }, 'version: not a whole number up to 2^53 - 1, so that'],
    ['whose version is 2^53', { version: 2n ** 53n }, 'version: not a whole number up to 2^53 - 1, so that'],
    ['with an email too long for a key', { email: 'x'.repeat(1100) }, 'its index keys cannot be made: Attribute sk1 '],
    ['with a number past 2^53', { visits: 12345678901234567890n }, 'it holds a number past 2^53'],
  ])('reports an item %s, and leaves it alone', async (_, odd, what) => {
    const item = olderUser('odd@example.com', odd);
    const table = await olderTable([item]);
    const { kept, findings } = await examine(table, { fix: true });
    expect(findings['unreadable item']).toEqual({ left: 1, repaired: 0 });
    const finding = kept.find(({ kind }) => kind === 'unreadable item');
    expect(finding).toEqual(left('unreadable item', [item.id], expect.stringContaining(what) as unknown as string));
    expect(Object.keys((await table.all()).find(({ id }) => id === item.id) ?? {})).toEqual(
      expect.arrayContaining(Object.keys(defined(item))),
    );
  });

  it('makes no key of an absent creation time', async () => {
    const table = await olderTable([timeless, claim('timeless@example.com', timeless)]);
    const { kept } = await examine(table, { fix: true });
    expect(kept.map(({ kind }) => kind)).toEqual(['unreadable item']);
    expect(await table.read(timeless.id)).toEqual(defined(timeless));
  });

  it('counts items of unknown models by the word before #, and leaves them alone', async () => {
    const strangers = [
      { id: 'STRANGER#1' },
      { id: 'STRANGER#2', email: 'ada@example.com' },
      { id: 'USERS#1' },
      { id: 'secret@example.com' },
      { id: 'UNIQUE#STRANGER#number#7', ownerId: 'STRANGER#1' },
      { id: 'UNIQUE#USER#name#Ada', ownerId: 'USER#gone' },
    ];
    const table = await olderTable(strangers);
    const { counts, left: count } = await examine(table, { fix: true, mark: false });
    expect(counts).toEqual({
      items: 6,
      entities: 0,
      claims: 0,
      tombstones: 0,
      removedTombstones: 0,
      unknown: { STRANGER: 2, USERS: 1, UNIQUE: 2, others: 1 },
    });
    expect(count).toBe(0);
    expect(await table.all()).toEqual(sorted(strangers));
  });

  it('shows values only with showValues', async () => {
    const table = await olderTable([bob, claim('ghost@example.com', ada)]);
    expect(JSON.stringify(await examine(table))).not.toMatch(/example\.com/i);
    const whats = (await examine(table, { showValues: true })).kept.map(({ what }) => what);
    expect(whats.sort()).toEqual(['email bob@example.com', 'email ghost@example.com: owner is gone']);
  });
});

describe.concurrent('the mark', () => {
  it('is not set with mark: false, while other systems may write', async () => {
    const table = await olderTable([ada]);
    expect(await examine(table, { fix: true, mark: false })).toMatchObject({ left: 0, mark: 'is not set' });
    expect(await examine(table, { fix: true })).toMatchObject({ repaired: 0, mark: 'was set now' });
  });

  it('is not set when an item without claim was written during the run', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const table = await olderTable([olderUser('live@example.com', { updatedAt: soon })]);
    expect(await examine(table, { fix: true })).toMatchObject({ left: 0, repaired: 1, mark: 'other writer' });
    expect(await table.read('UNIQUE#')).toBeUndefined();
  });
});
