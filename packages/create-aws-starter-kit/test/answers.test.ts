import path from 'node:path';
import { expect, it } from 'vitest';
import { completeOptions, nameProblem, type Options } from '../src/answers.js';

const options = (given: Partial<Options>): Options => ({ install: true, git: true, yes: true, ...given });
const complete = (given: Partial<Options>) => completeOptions(options(given), { isTerminal: false });

it('takes the name from the folder and the scope from the name, and does not run the project by default', async () => {
  expect(await complete({ folder: 'somewhere/my-app' })).toEqual({
    folder: path.resolve('somewhere/my-app'),
    name: 'my-app',
    scope: '@my-app',
    install: true,
    dev: false,
    git: true,
  });
});

it('takes the given options', async () => {
  const given = { folder: '.', name: 'shop', scope: '@acme', dev: true, git: false };
  expect(await complete(given)).toMatchObject({ folder: path.resolve('.'), name: 'shop', scope: '@acme', dev: true });
});

it('does not run a project without its dependencies', async () => {
  expect(await complete({ folder: 'a', install: false, dev: true })).toMatchObject({ install: false, dev: false });
});

it.each<[string, Partial<Options>, RegExp]>([
  ['no folder', {}, /folder is missing.*npm create/],
  ['a name with capitals', { folder: 'MyApp' }, /name is "MyApp".*lower-case.*--name/],
  ['a name with a space', { folder: 'a', name: 'my app' }, /name is "my app"/],
  ['a scope without @', { folder: 'a', scope: 'acme' }, /scope is "acme".*must be @/],
  ['a scope with capitals', { folder: 'a', scope: '@acMe' }, /scope is "@acMe"/],
])('rejects %s in one line', async (_, given, message) => {
  const error: Error = await complete(given).then(
    () => expect.fail('accepted'),
    (reason: Error) => reason,
  );
  expect(error.name).toBe('UsageError');
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
});

it.each(['my-app', 'a', 'shop2', 'a.b_c-d'])('accepts the name %s', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});
