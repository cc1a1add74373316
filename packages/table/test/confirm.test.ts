import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { confirm } from '../src/confirm.js';

it.each([
  ['y\n', true],
  ['Yes\n', true],
  [' y \n', true],
  ['\n', false],
  ['n\n', false],
  ['yeah\n', false],
  ['', false],
])('takes the answer %j for %s', async (answer, expected) => {
  const input = new PassThrough();
  const output = new PassThrough();
  const confirmed = confirm('Add GSI3? [y/N] ', input, output);
  input.end(answer);
  expect(await confirmed).toBe(expected);
  expect(String(output.read())).toBe('Add GSI3? [y/N] ');
});
