import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { leaveToken, TokenFileError } from '../src/index.js';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'leave-token-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('leaves a token that only its owner may read, in folders that it makes', () => {
  const file = leaveToken('a token', path.join(folder(), 'deep/token'));
  expect(readFileSync(file, 'utf8')).toBe('a token');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('takes the place of a link, and leaves alone what it points to', () => {
  const at = folder();
  const [target, link] = [path.join(at, 'target'), path.join(at, 'token')];
  writeFileSync(target, 'theirs', { mode: 0o666 });
  symlinkSync(target, link);
  leaveToken('a token', link);
  expect(readFileSync(target, 'utf8')).toBe('theirs');
  expect(readFileSync(link, 'utf8')).toBe('a token');
});

it('says which file cannot be written', () => {
  const file = path.join(folder(), 'file');
  writeFileSync(file, '');
  expect(() => leaveToken('a token', path.join(file, 'token'))).toThrow(TokenFileError);
  expect(() => leaveToken('a token', path.join(file, 'token'))).toThrow(
    `AUTH_TOKEN_FILE is ${file}/token, which cannot be written (EEXIST)`,
  );
});
