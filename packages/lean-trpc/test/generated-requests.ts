import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { headNames } from './answer-heads.js';
import type { Variant } from './twin-apps.js';
import { outputProcedures, parserProcedures, resultProcedures, wrappedProcedures } from './unusual-procedures.js';

const known = ['echo', 'nothing', 'strict', 'fails', 'unformattable', 'circular', 'promises', 'deep.signal'];
const middle =
  'seen input raw merged changed silent throws repeated output later checked broken ended formatted called'.split(' ');
const pathsIn = (name: string, procedures: object) => Object.keys(procedures).map((one) => `${name}.${one}`);
const unusual = [
  ...pathsIn('wrapped', wrappedProcedures),
  ...pathsIn('result', resultProcedures),
  ...pathsIn('parser', parserProcedures),
  ...pathsIn('output', outputProcedures),
  ...headNames.map((name) => `head.${name}`),
  ...['report.never', 'report.whole'],
];
const odd = ['put', 'crashes', 'stream', 'watch', 'missing', '__proto__', 'constructor', 'deep', '', ' ', 'éa'];

const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...known) },
  { weight: 6, arbitrary: fc.constantFrom(...middle.map((name) => `middle.${name}`)) },
  // it reads no input, and so differs in batches: see basic-procedures.ts
  { weight: 6, arbitrary: fc.constantFrom(...unusual.filter((path) => path !== 'wrapped.throwing')) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);
const mutation = fc.oneof(
  { weight: 4, arbitrary: fc.constant('put') },
  { weight: 1, arbitrary: fc.constantFrom('crashes', 'echo') },
);

const good = fc.record({ text: fc.string({ maxLength: 10 }) });
const value = fc.oneof(
  { weight: 4, arbitrary: good },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { explode: true },
      { later: 1, text: 'later' },
      JSON.parse('{ "then": "x", "catch": { "then": 1 }, "text": "then" }'),
      null,
      [],
      { __proto__: null, constructor: 1 },
    ),
  },
);
const source = (isBatch: boolean) => {
  const wanted = isBatch
    ? fc
        .dictionary(fc.constantFrom('0', '1', '2', '3', 'x'), value, { maxKeys: 4 })
        .map((inputs) => JSON.stringify(inputs))
    : value.map((one) => JSON.stringify(one));
  const damaged = fc.constantFrom(
    '',
    '{',
    '"',
    'undefined',
    '[1]',
    '\ufeff{}',
    '{"0":',
    'null',
    '0',
    '{"text":"\ud83d"}',
  );
  return fc.oneof({ weight: 5, arbitrary: wanted }, { weight: 1, arbitrary: damaged });
};

const spelled = (paths: string[]) =>
  fc.constantFrom(
    paths.map(encodeURIComponent).join(','),
    paths.map(encodeURIComponent).join('%2C'),
    paths.join('%252C').replaceAll(' ', '%20').replaceAll('é', '%C3%A9'),
    `${paths.map(encodeURIComponent).join(',')}%E0%A4%A`,
  );
const plainly = (paths: string[]) => fc.constant(paths.map(encodeURIComponent).join(','));

const type = fc.oneof(
  { weight: 5, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      undefined,
      'application/json; charset=utf-8',
      'Application/JSON ;x=y',
      'application/jsonp',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
    ),
  },
);
const rareHeaders = fc.constantFrom<Record<string, string>>(
  { accept: 'application/jsonl' },
  { accept: 'text/html, application/jsonl' },
  { accept: '*/*' },
  { 'trpc-accept': 'application/jsonl' },
  { 'trpc-accept': '' },
  { host: 'a:b@c' },
  { host: '[::1]:80' },
);
const headers = fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: rareHeaders });
const rareQuery = fc.constantFrom(
  'connectionParams=%7B%7D',
  'connectionParams=x',
  'batch=1',
  'batch=0',
  'input=1',
  'a#b',
  '%',
);

/** Encodings of an input in a query: those of clients, and others that are accepted, replaced or rejected. */
const encodings: ((text: string) => string)[] = [
  ...Array(8).fill(encodeURIComponent),
  (text) => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%22', '%22+'),
  (text) => encodeURIComponent(text).replaceAll('%22', '"'),
  (text) => encodeURIComponent(text).replace('%7D', '%ED%A0%80%7D'),
  (text) => `${encodeURIComponent(text)}%E0%A4%A`,
  (text) => `${encodeURIComponent(text)}&input=1`,
  (text) => `${encodeURIComponent(text)}=1`,
];

/** A query for each unusual procedure, with and without an input that it accepts. */
export const unusualRequests: InjectOptions[] = unusual.flatMap((path) =>
  ['', '&batch=1'].flatMap((batch) =>
    [undefined, { text: 'a' }, { text: 1 }, { other: 'a' }].map((value): InjectOptions => {
      const input = JSON.stringify(batch ? { 0: value } : value);
      return { method: 'GET', url: `/trpc/${path}?${input ? `input=${encodeURIComponent(input)}` : ''}${batch}` };
    }),
  ),
);

/** Requests of every kind, most of them as clients send them. */
export const generatedRequest: fc.Arbitrary<InjectOptions> = fc
  .record({
    isBatch: fc.boolean(),
    method: fc.constantFrom(...Array<string>(5).fill('GET'), ...Array<string>(5).fill('POST'), 'PUT'),
    isOdd: fc.nat(9).map((roll) => roll === 0),
  })
  .chain(({ isBatch, method, isOdd }) =>
    fc
      .record({
        paths: fc.array(method === 'GET' ? name : fc.oneof(name, mutation), {
          minLength: 1,
          maxLength: isBatch ? 4 : 1,
        }),
        input: source(isBatch),
        type,
        headers,
        encode: fc.constantFrom(...encodings),
        rare: fc.option(rareQuery, { freq: 8 }),
      })
      .chain(({ paths, ...rest }) =>
        (isOdd ? spelled(paths) : plainly(paths)).map((path) => toRequest({ ...rest, path, isBatch, method })),
      ),
  );

interface Parts {
  path: string;
  input: string;
  type: string | undefined;
  headers: Record<string, string>;
  encode: (text: string) => string;
  rare: string | null;
  isBatch: boolean;
  method: string;
}

function toRequest({ path, input, type, headers, encode, rare, isBatch, method }: Parts): InjectOptions {
  const inQuery = method === 'GET' && input !== '';
  const query = [isBatch && 'batch=1', inQuery && `input=${encode(input.toWellFormed())}`, rare];
  const search = query.filter(Boolean).join('&');
  return {
    method: method as 'GET',
    url: `/trpc/${path}${search && `?${search}`}`,
    headers: { ...(type && (method !== 'GET' || rare) && { 'content-type': type }), ...headers },
    ...(method !== 'GET' && { payload: input }),
  };
}

export const variants: Variant[] = [
  { allowMethodOverride: true },
  { maxBatchSize: 3, allowMethodOverride: true },
  { maxBatchSize: 3, allowMethodOverride: true },
  { allowBatching: false },
  { batching: { enabled: false } },
  { batching: { enabled: false }, allowBatching: true },
];
