import { reading } from './basic-procedures.js';

interface Head {
  status?: unknown;
  headers?: unknown;
}

/** Status and headers that `responseMeta` returns for an answer, by the name of its procedure. */
const heads: Readonly<Record<string, () => Head | undefined>> = {
  nothing: () => undefined,
  created: () => ({ status: 201 }),
  noContent: () => ({ status: 204 }),
  resetContent: () => ({ status: 205 }),
  notModified: () => ({ status: 304 }),
  earlyHints: () => ({ status: 103 }),
  tooHigh: () => ({ status: 600 }),
  zero: () => ({ status: 0 }),
  text: () => ({ status: '201' }),
  fraction: () => ({ status: 201.5 }),
  notANumber: () => ({ status: Number.NaN }),
  oddValues: () => ({
    headers: { 'x-number': 5, 'x-null': null, 'x-absent': undefined, 'x-empty': '', 'X-Case': ' a ' },
  }),
  lists: () => ({ headers: { 'x-many': ['a', 'b', 3, null], 'set-cookie': ['a=1', 'b=2'] } }),
  cookies: () => {
    const headers = new Headers({ 'set-cookie': 'a=1' });
    headers.append('set-cookie', 'b=2');
    return { status: 202, headers };
  },
  contentType: () => ({ headers: { 'content-type': 'text/html', accept: 'first in order' } }),
  appended: () => ({ headers: new Headers({ 'content-type': 'text/plain', 'x-one': '1' }) }),
  badName: () => ({ headers: { 'not a name': 'x' } }),
  badValue: () => ({ headers: { 'x-value': '\u4e00' } }),
  throws: () => {
    throw new RangeError('no head');
  },
};

export const headNames = Object.keys(heads);

/** A query for each head. */
export const headProcedures = Object.fromEntries(headNames.map((name) => [name, reading.query(() => name)]));

/** Returns the function that makes the head of an answer, if one of its procedures has one. */
export function headOf(paths: readonly string[] = []) {
  const path = paths.find((path) => path.startsWith('head.'));
  const name = path?.slice('head.'.length) ?? '';
  return Object.hasOwn(heads, name) ? heads[name] : undefined;
}
