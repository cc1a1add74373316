import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compilerErrors, expectedErrors } from './client-types/compiler-errors.js';

it('lets right calls compile; a wrong input, a wrong output field and a wrong procedure name do not', async () => {
  const expected = await expectedErrors();
  expect(expected).toHaveLength(23);
  expect(await compilerErrors(fileURLToPath(new URL('client-types', import.meta.url)))).toEqual(expected);
});
