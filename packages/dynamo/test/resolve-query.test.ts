import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../src/entity/entity.js';
import type { EntityDefinition } from '../src/entity/entity-definition.js';
import { indexKeys } from '../src/entity/index-keys.js';
import type { SetGSIKeys } from '../src/entity/key-recording.js';
import { isWithin } from '../src/expressions/key-condition.js';
import { type BaseModel, firstOf, key, lowerCase, orElse, padded } from '../src/index.js';
import type { AnyQuery } from '../src/read/page-query.js';
import { resolveQuery } from '../src/read/resolve-query.js';

interface Issue extends BaseModel {
  project: string;
  status: string;
  number: number;
  title: string;
  nick?: string;
  archived?: boolean;
}
type SetKeys = (entity: Issue, now: string) => void;

const normalise = (data: Attributes): Attributes =>
  typeof data.nick === 'string' ? { ...data, nick: data.nick.toLowerCase() } : data;

const definitionOf = (setGSIKeys: SetGSIKeys | SetKeys) =>
  ({
    prefix: 'ISSUE#',
    setGSIKeys: setGSIKeys as unknown as SetGSIKeys,
    normalise,
  }) as unknown as EntityDefinition;
const resolve = (set: SetGSIKeys | SetKeys, query: Omit<AnyQuery, 'index'>) => {
  const { pk, sk } = resolveQuery(definitionOf(set), { index: 'GSI1', ...query });
  return { pk, sk };
};

const byStatus: SetKeys = (e) => {
  e.pk1 = key(e)`PROJECT#${'project'}`;
  e.sk1 = key(e)`STATUS#${'status'}#N#${padded('number', 4)}#${orElse('nick', 'none')}`;
  e.pk2 = key(e)`NICK#${'nick'}`;
  e.sk2 = key(e)`C#${'createdAt'}`;
};
const byNick: SetKeys = (e) => {
  e.pk1 = key(e)`NICK#${firstOf('nick', 'title')}`;
  e.sk1 = key(e)`AT#${firstOf('updatedAt', 'createdAt')}`;
};
const plain: SetKeys = (e, now) => {
  e.pk1 = `PROJECT#${e.project}`;
  e.sk1 = `CREATED#${now}`;
};
const conditional: SetKeys = (e, now) => {
  if (e.archived) return;
  e.pk1 = key(e)`PROJECT#${'project'}`;
  e.sk1 = `MONTH#${now.slice(0, 7)}#${e.nick ?? '-'}`;
};

describe('of', () => {
  it.each<[SetKeys, Omit<AnyQuery, 'index'>, object]>([
    [byNick, { of: { nick: 'Ann' } }, { pk: 'NICK#ann', sk: { beginsWith: 'AT#' } }],
    [byNick, { of: { nick: undefined, title: 'x' } }, { pk: 'NICK#x', sk: { beginsWith: 'AT#' } }],
    [
      byNick,
      { of: { nick: undefined, title: 'x', updatedAt: undefined, createdAt: '2025' } },
      { pk: 'NICK#x', sk: { eq: 'AT#2025' } },
    ],
    [byStatus, { of: { project: 'x' } }, { pk: 'PROJECT#x', sk: { beginsWith: 'STATUS#' } }],
    [byStatus, { of: { project: 'x', status: 'a#b' } }, { pk: 'PROJECT#x', sk: { beginsWith: 'STATUS#a%23b#N#' } }],
    [
      byStatus,
      { of: { project: 'x', status: 'open', number: 7 } },
      { pk: 'PROJECT#x', sk: { beginsWith: 'STATUS#open#N#0007#' } },
    ],
    [
      byStatus,
      { of: { project: 'x', status: 'open', number: 7, nick: 'ANN' } },
      { pk: 'PROJECT#x', sk: { eq: 'STATUS#open#N#0007#ann' } },
    ],
    [
      byStatus,
      { of: { project: 'x', status: 'open', number: 7, nick: undefined } },
      { pk: 'PROJECT#x', sk: { eq: 'STATUS#open#N#0007#none' } },
    ],
    [
      byStatus,
      { of: { project: 'x', status: 'open' }, from: { number: 3 }, to: { number: 9 } },
      { pk: 'PROJECT#x', sk: { between: ['STATUS#open#N#0003#', 'STATUS#open#N#0009#\u{10FFFF}'] } },
    ],
    [
      byStatus,
      { of: { project: 'x' }, from: { status: 'a' } },
      { pk: 'PROJECT#x', sk: { between: ['STATUS#a#N#', 'STATUS#\u{10FFFF}'] } },
    ],
    [
      byStatus,
      { of: { project: 'x', status: 'a', number: 1 }, to: { nick: 'B' } },
      { pk: 'PROJECT#x', sk: { between: ['STATUS#a#N#0001#', 'STATUS#a#N#0001#b'] } },
    ],
    [plain, { of: { project: 'x' } }, { pk: 'PROJECT#x', sk: { beginsWith: 'CREATED#' } }],
    [plain, { of: { project: 'x', createdAt: '2024' } }, { pk: 'PROJECT#x', sk: { eq: 'CREATED#2024' } }],
    [
      plain,
      { of: { project: 'x' }, from: { createdAt: '2024' } },
      { pk: 'PROJECT#x', sk: { between: ['CREATED#2024', 'CREATED#\u{10FFFF}'] } },
    ],
    [
      conditional,
      { of: { project: 'x', archived: false, nick: 'Bo', createdAt: '2024-05-06' } },
      { pk: 'PROJECT#x', sk: { eq: 'MONTH#2024-05#bo' } },
    ],
    [
      (e) => {
        e.pk1 = 'ALL';
        e.sk1 = key(e)`${'number'}`;
      },
      { of: {}, from: { number: 3 } },
      { pk: 'ALL', sk: { gte: '3' } },
    ],
    [
      (e) => {
        e.pk1 = 'ALL';
        e.sk1 = key(e)`${'number'}`;
      },
      { of: {} },
      { pk: 'ALL', sk: undefined },
    ],
    [
      (e) => {
        e.pk1 = key(e)`ID#${'id'}`;
        e.sk1 = 'X';
      },
      { of: { id: 'ISSUE#7' } },
      { pk: 'ID#7', sk: { eq: 'X' } },
    ],
  ])('makes the keys that would be written by hand: %#', (set, query, keys) => {
    expect(resolve(set, query)).toEqual(keys);
  });

  it.each<[string, SetKeys, Omit<AnyQuery, 'index'>, RegExp]>([
    ['an attribute that setGSIKeys reads itself', plain, { of: {} }, /reads project itself.*add `project: …`/],
    ['an attribute that a condition reads', conditional, { of: { project: 'x' } }, /reads archived itself/],
    ['an attribute of the partition key', byStatus, { of: { status: 'x' } }, /`of` needs project/],
    [
      'the time in the partition key',
      (e, now) => void Object.assign(e, { pk1: now.slice(0, 4), sk1: 'X' }),
      { of: {} },
      /needs createdAt/,
    ],
  ])('needs %s', (_, set, query, message) => {
    expect(() => resolve(set, query)).toThrow(TypeError);
    expect(() => resolve(set, query)).toThrow(message);
  });

  it.each<[string, SetKeys, Omit<AnyQuery, 'index'>, RegExp]>([
    ['that setGSIKeys does not use', byStatus, { of: { project: 'x', title: 'y' } }, /title is no part/],
    ['that is absent and not used', byStatus, { of: { project: 'x', title: undefined } }, /title is no part/],
    ['that follows a missing one', byStatus, { of: { project: 'x', number: 1 } }, /number follows status/],
    ['of another index alone', byStatus, { of: { project: 'x', createdAt: '2024' } }, /createdAt is no part/],
    [
      'of a time that no key has',
      (e) => void Object.assign(e, { pk1: 'P', sk1: 'S' }),
      { of: { createdAt: '2024' } },
      /createdAt is no part/,
    ],
    [
      'of a range that follows a missing one',
      byStatus,
      { of: { project: 'x' }, from: { number: 1 } },
      /number follows/,
    ],
    ['of a range that is given twice', byStatus, { of: { project: 'x' }, from: { project: 'x' } }, /in `of` already/],
    [
      'of a fallback after an unknown time',
      conditional,
      { of: { project: 'x', archived: undefined, nick: null } },
      /nick follows createdAt/,
    ],
    [
      'that a text has after an unknown time',
      (e, now) => void Object.assign(e, { pk1: 'P', sk1: `M#${now.slice(0, 7)}#${e.number}` }),
      { of: { number: 1 } },
      /number follows createdAt/,
    ],
    ['of a range beyond the key', plain, { of: { project: 'x' }, to: { title: 'x' } }, /title is no part/],
  ])('rejects an attribute %s', (_, set, query, message) => {
    expect(() => resolve(set, query)).toThrow(TypeError);
    expect(() => resolve(set, query)).toThrow(message);
  });

  it.each<[string, SetKeys, Attributes]>([
    ['by a template', (e) => void Object.assign(e, { pk1: key(e)`${'nick'}`, sk1: 'S' }), { nick: undefined }],
    ['by a text', (e) => void Object.assign(e, { pk1: 'P', sk1: `N#${e.nick}` }), { nick: undefined }],
    ['by a condition', conditional, { project: 'x', archived: true, nick: 'a' }],
  ])('rejects a query for entities that are left out %s', (_, set, of) => {
    expect(() => resolve(set, { of })).toThrow(/No entity with these attributes is in GSI1/);
  });

  it('rejects both forms at once, and a template that is changed where it is incomplete', () => {
    expect(() => resolve(plain, { pk: 'x', of: { project: 'x' } })).toThrow(TypeError);
    expect(() => resolve(plain, { sk: { eq: 'x' }, of: { project: 'x' } })).toThrow(TypeError);
    expect(() => resolve(plain, { pk: 'x', from: {} })).toThrow(TypeError);
    expect(() => resolve(plain, { of: 'x' as unknown as object })).toThrow(TypeError);
    const upper: SetKeys = (e) => void Object.assign(e, { pk1: 'P', sk1: key(e)`n#${'nick'}`.toUpperCase() });
    expect(() => resolve(upper, { of: {} })).toThrow(/changes what key\(entity\)/);
    expect(resolve(upper, { of: { nick: 'a' } })).toEqual({ pk: 'P', sk: { eq: 'N#A' } });
  });

  it('keeps the attributes of two keys apart that have the same text', () => {
    const twins: SetKeys = (e) => {
      const [a, b] = [key(e)`P#${'project'}`, key(e)`P#${'status'}`];
      Object.assign(e, { pk1: a, sk1: 'S', pk2: b, sk2: 'S' });
    };
    expect(() => resolve(twins, { of: { project: 'x', status: 'x' } })).toThrow(/status is no part/);
    expect(resolve(twins, { of: { project: 'x' } })).toEqual({ pk: 'P#x', sk: { eq: 'S' } });
  });
});

/** A generated part of a key: its attribute, its form in a template, and the text by which two values count as equal. */
interface Part {
  attribute: string;
  form: Parameters<ReturnType<typeof key<Issue>>>[1];
  text: (value: unknown) => string | undefined;
}
const textOf = (value: unknown) => (value === undefined || value === null ? undefined : String(value));
const names = ['project', 'status', 'title', 'nick'] as const;
const forms = (attribute: (typeof names)[number]) =>
  fc.constantFrom<Part>(
    { attribute, form: attribute, text: textOf },
    { attribute, form: lowerCase(attribute), text: (value) => textOf(value)?.toLowerCase() },
    { attribute, form: orElse(attribute, 'none'), text: (value) => textOf(value) ?? 'none' },
  );
const rank: Part = { attribute: 'number', form: padded('number', 4), text: textOf };
const value = fc.oneof(
  fc.constantFrom('a', 'A', 'a#', '#', '%', '%23', 'none', '', 'undefined'),
  fc.string({ maxLength: 3 }),
);
const entityArbitrary = fc.record({
  project: fc.constantFrom('x', 'X', 'x#', '#x'),
  status: value,
  title: fc.option(value, { nil: undefined }),
  nick: fc.option(value, { nil: null }),
  number: fc.nat(30),
  archived: fc.constantFrom(true, false, undefined),
  createdAt: fc.constantFrom('2024-01-02T03:04:05.678Z', '2024-02-02T03:04:05.678Z'),
});
const separator = fc.constantFrom('#', '#S#', '/', '%', '2');

/** A generated model: a key of a partition, and one of two sort keys by a condition, the first of which may end with the time. */
const modelArbitrary = fc
  .shuffledSubarray([...names], { minLength: 2 })
  .chain((order) =>
    fc.record({
      parts: fc.tuple(...order.map(forms)).map((parts) => parts as Part[]),
      cut: fc.integer({ min: 1, max: order.length - 1 }),
      rankAt: fc.integer({ min: 0, max: order.length }),
      separator,
      hasCondition: fc.boolean(),
      end: fc.constantFrom('', 'now', 'month'),
    }),
  )
  .map(({ parts, cut, rankAt, separator, hasCondition, end }) => {
    const pk = parts.slice(0, cut);
    const rest = parts.slice(cut);
    const sk = [...rest.slice(0, rankAt), rank, ...rest.slice(rankAt)];
    const template = (e: Issue, label: string, all: Part[]) => {
      const texts = [label + separator, ...all.map((_, i) => (i === all.length - 1 ? '' : separator))];
      return key(e)(Object.assign(texts, { raw: texts }), ...all.map(({ form }) => form));
    };
    const setGSIKeys: SetKeys = (e, now) => {
      const isArchived = hasCondition && e.archived;
      e.pk1 = template(e, 'P', pk);
      if (isArchived && end === 'now') e.sk1 = `ARCHIVED#${now}`;
      else if (isArchived && end === 'month') e.sk1 = `ARCHIVED#${now.slice(0, 7)}#${e.number}`;
      else e.sk1 = template(e, isArchived ? 'ARCHIVED' : 'S', sk);
    };
    return { setGSIKeys, pk, sk, hasCondition, end };
  });

const month = ({ createdAt }: Attributes) => String(createdAt).slice(0, 7);

it('a query by attributes finds exactly the entities that have them', () => {
  const bounds = fc.option(fc.tuple(fc.nat(30), fc.nat(30)), { nil: undefined });
  let compared = 0;
  fc.assert(
    fc.property(
      modelArbitrary,
      fc.array(entityArbitrary.map(normalise), { minLength: 1, maxLength: 12 }),
      fc.nat(5),
      bounds,
      fc.boolean(),
      (model, all, length, range, knowsTime) => {
        const { setGSIKeys, pk, sk, hasCondition, end } = model;
        const [example = {}] = all;
        const isPlain = hasCondition && example.archived === true && end !== '';
        const given = isPlain ? [] : sk.slice(0, length);
        const pick = (parts: readonly Part[]) =>
          Object.fromEntries(parts.map(({ attribute }) => [attribute, example[attribute]]));
        const direct = {
          ...(hasCondition && { archived: example.archived }),
          ...(isPlain && end === 'month' && { number: example.number }),
          ...(isPlain && knowsTime && { createdAt: example.createdAt }),
        };
        const of = { ...pick(pk), ...pick(given), ...direct };
        const hasRange = range !== undefined && !isPlain && sk[given.length] === rank;
        const [low = 0, high = 0] = [...(range ?? [])].sort((a, b) => a - b);
        const isLeftOut = [...pk, ...given].some(({ attribute, text }) => text(example[attribute]) === undefined);
        const query = { of, ...(hasRange && { from: { number: low }, to: { number: high } }) };
        if (isLeftOut) return void expect(() => resolve(setGSIKeys, query)).toThrow(/No entity with these attributes/);
        if (isPlain && end === 'month' && !knowsTime) {
          return void expect(() => resolve(setGSIKeys, query)).toThrow(/number follows createdAt/);
        }
        const keys = resolve(setGSIKeys, query);
        const isFound = (entity: Attributes) => {
          const { pk1, sk1 } = indexKeys(setGSIKeys as unknown as SetGSIKeys, { ...entity, id: 'i' }, undefined);
          return pk1 !== undefined && sk1 !== undefined && pk1 === keys.pk && isWithin(keys.sk, sk1);
        };
        const isWanted = (entity: Attributes) => {
          const { pk1 } = indexKeys(setGSIKeys as unknown as SetGSIKeys, { ...entity, id: 'i' }, undefined);
          const hasSame = ({ attribute, text }: Part) => text(entity[attribute]) === text(example[attribute]);
          const isInRange = !hasRange || (Number(entity.number) >= low && Number(entity.number) <= high);
          const isSameBranch = !hasCondition || (entity.archived === true) === (example.archived === true);
          const isSameTime =
            end === 'month'
              ? entity.number === example.number && month(entity) === month(example)
              : entity.createdAt === example.createdAt;
          const isSamePlain = !isPlain || !knowsTime || isSameTime;
          return pk1 !== undefined && [...pk, ...given].every(hasSame) && isInRange && isSameBranch && isSamePlain;
        };
        compared += all.filter(isFound).length;
        expect(all.filter(isFound)).toEqual(all.filter(isWanted));
      },
    ),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(400);
});
