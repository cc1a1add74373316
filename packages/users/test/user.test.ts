import { describe, expect, it } from 'vitest';
import { comparableEmail, createUserSchema, normaliseEmail } from '../src/index.js';

const parse = (email: string) => createUserSchema.safeParse({ email, name: 'Ann' });
const long = (length: number) => 'a'.repeat(length);

describe('the email of a user', () => {
  it.each([
    'ann@example.com',
    'Ann.Lee+news@mail.example.co.uk',
    'info@xn--e1afmkfd.xn--p1ai',
    'user@example.xn--vermgensberatung-pwb',
    'smith&co@example.com',
    'user=list@example.com',
    'a/b@example.com',
    'prvs=12=ann@example.com',
    "o'hara@example.com",
    '{ann}@example.com',
    'ann~x@example.com',
    "!#$%&'*+-/=?^_`{|}~@example.com",
    '_@1.example',
    `${long(64)}@${long(63)}.example.com`,
    ` ${long(64)}@${long(59)}.${long(59)}.${long(59)}.example ${' '.repeat(300)}`,
  ])('can be %s', (email) => {
    expect(parse(email).data).toEqual({ email: email.trim(), name: 'Ann' });
  });

  it.each([
    '',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'ann@@example.com',
    'ann lee@example.com',
    'ann@exa mple.com',
    '.ann@example.com',
    'ann.@example.com',
    'ann..lee@example.com',
    'ann@example..com',
    'ann@.example.com',
    'ann@example.com.',
    'ann@-example.com',
    'ann@example-.com',
    'ann@exam_ple.com',
    'ann,lee@example.com',
    '"ann lee"@example.com',
    'ann(comment)@example.com',
    'ann@[127.0.0.1]',
    'änn@example.com',
    'ann@exämple.com',
    '\u212aann@example.com',
    'ann\u200b@example.com',
    'ann@example.com\u00a0',
    '\ufeffann@example.com',
    'ann@example.com\u0000',
    `${long(65)}@example.com`,
    `ann@${long(64)}.com`,
    `ann@${`${long(60)}.`.repeat(4)}example`,
  ])('cannot be %j', (email) => {
    expect(parse(email).error?.issues.map(({ path }) => path)).toEqual([['email']]);
  });
});

it('is compared within ASCII: no Unicode rule makes two emails equal', () => {
  expect(normaliseEmail(' \t\nAnn.K@Example.COM\r\n ')).toBe('ann.k@example.com');
  for (const odd of [
    'ann.\u212a@example.com',
    '\u0130nn@example.com',
    'ann@example.com\u00a0',
    '\ufeffann@example.com',
  ])
    expect(normaliseEmail(odd)).toBe(odd);
});

it.each([
  ['Ann.K@Example.COM', 'ann.k@example.com'],
  ['root@localhost', 'root@localhost'],
  [' ann@example.com', undefined],
  ['ann@example.com\n', undefined],
  ['ann.\u212a@example.com', undefined],
  ['', undefined],
])('decides about access by %j as %j', (email, comparable) => {
  expect(comparableEmail(email)).toBe(comparable);
});
