import * as fc from 'fast-check';
import type { Attributes } from '../src/entity/entity.js';

/** A generated key or a part of one: its source, how `setGSIKeys` builds it, and the text that is expected. */
export interface GeneratedKey {
  code: string;
  write: (entity: Attributes) => string;
  /** Undefined if the key is built from an absent attribute. */
  expected: (entity: Attributes) => string | undefined;
}

const name = fc.constantFrom('name', 'nick', 'title');
const words = ['undefined', 'NaN', 'null', 'UNDEFINED', 'nan', 'annulled', 'banana-NaN', 'undefined is not a function'];
const text = fc.oneof(fc.constantFrom(...words, ''), fc.string({ unit: 'grapheme', maxLength: 8 }));
const fallback = fc.constantFrom('', 'none', 'null', '-', 'NULL', 'tenant', 'FINANCE', '0');
export const entityArbitrary = fc.record<Attributes>({
  name: fc.option(text, { nil: undefined }),
  nick: fc.option(text, { nil: null }),
  title: text,
  rank: fc.oneof(fc.constantFrom(undefined, null), fc.integer({ min: 0, max: 999 })),
});
const textOf = (entity: Attributes, attribute: string) => (entity[attribute] ?? undefined) as string | undefined;

const leaves = fc.oneof(
  fallback.map((literal): GeneratedKey => ({ code: `'${literal}'`, write: () => literal, expected: () => literal })),
  name.map((n): GeneratedKey => ({ code: `\`\${e.${n}}\``, write: (e) => `${e[n]}`, expected: (e) => textOf(e, n) })),
  name.map(
    (n): GeneratedKey => ({
      code: `String(e.${n}?.trim())`,
      write: (e) => String((e[n] as string | undefined)?.trim()),
      expected: (e) => textOf(e, n)?.trim(),
    }),
  ),
  fc.tuple(name, fallback).map(
    ([n, literal]): GeneratedKey => ({
      code: `(e.${n} ?? '${literal}')`,
      write: (e) => String(e[n] ?? literal),
      expected: (e) => textOf(e, n) ?? literal,
    }),
  ),
  fc.tuple(name, fallback).map(
    ([n, literal]): GeneratedKey => ({
      code: `(e.${n} || '${literal}')`,
      write: (e) => String(e[n] || literal),
      expected: (e) => textOf(e, n) || literal,
    }),
  ),
  fc.tuple(name, name).map(
    ([n, m]): GeneratedKey => ({
      code: `[e.${n}, e.${m}].join('#')`,
      write: (e) => [e[n], e[m]].join('#'),
      expected: (e) => `${textOf(e, n) ?? ''}#${textOf(e, m) ?? ''}`,
    }),
  ),
  fc.constant<GeneratedKey>({
    code: "String(e.rank).padStart(6, '0')",
    write: (e) => String(e.rank).padStart(6, '0'),
    expected: (e) => textOf(e, 'rank')?.toString().padStart(6, '0'),
  }),
  fc.constant<GeneratedKey>({
    code: 'String(1000 - e.rank)',
    write: (e) => String(1000 - (e.rank as number)),
    expected: (e) => (textOf(e, 'rank') === undefined ? undefined : `${1000 - Number(e.rank)}`),
  }),
);

export const { keyArbitrary } = fc.letrec<{ keyArbitrary: GeneratedKey }>((tie) => ({
  keyArbitrary: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.tuple(name, tie('keyArbitrary'), tie('keyArbitrary')).map(
      ([n, yes, no]): GeneratedKey => ({
        code: `(e.${n} ? ${yes.code} : ${no.code})`,
        write: (e) => (e[n] ? yes.write(e) : no.write(e)),
        expected: (e) => (textOf(e, n) ? yes.expected(e) : no.expected(e)),
      }),
    ),
    fc.tuple(fc.integer({ min: -1, max: 999 }), tie('keyArbitrary'), tie('keyArbitrary')).map(
      ([limit, yes, no]): GeneratedKey => ({
        code: `(e.rank > ${limit} ? ${yes.code} : ${no.code})`,
        write: (e) => ((e.rank as number) > limit ? yes.write(e) : no.write(e)),
        expected: (e) => (Number(textOf(e, 'rank') ?? -1) > limit ? yes.expected(e) : no.expected(e)),
      }),
    ),
    tie('keyArbitrary').map(
      ({ code, write, expected }): GeneratedKey => ({
        code: `${code}.toLowerCase()`,
        write: (e) => write(e).toLowerCase(),
        expected: (e) => expected(e)?.toLowerCase(),
      }),
    ),
    tie('keyArbitrary').map(
      ({ code, write, expected }): GeneratedKey => ({
        code: `${code}.toUpperCase()`,
        write: (e) => write(e).toUpperCase(),
        expected: (e) => expected(e)?.toUpperCase(),
      }),
    ),
    fc.tuple(tie('keyArbitrary'), tie('keyArbitrary')).map(
      ([left, right]): GeneratedKey => ({
        code: `\`\${${left.code}}#\${${right.code}}\``,
        write: (e) => `${left.write(e)}#${right.write(e)}`,
        expected: (e) => {
          const [l, r] = [left.expected(e), right.expected(e)];
          return l === undefined || r === undefined ? undefined : `${l}#${r}`;
        },
      }),
    ),
  ),
}));
