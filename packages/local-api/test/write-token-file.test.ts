import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TokenFileError, writeTokenFile } from '../src/index.js';

function folder(): string {
  const created = mkdtempSync(path.join(tmpdir(), 'token-file-'));
  onTestFinished(() => rmSync(created, { recursive: true }));
  return created;
}

it('writes a token that only its owner can read, in folders that it creates', () => {
  const file = writeTokenFile('a token', path.join(folder(), 'deep/token'));
  expect(readFileSync(file, 'utf8')).toBe('a token');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('replaces a link, and leaves its target alone', () => {
  const at = folder();
  const [target, link] = [path.join(at, 'target'), path.join(at, 'token')];
  writeFileSync(target, 'theirs', { mode: 0o666 });
  symlinkSync(target, link);
  writeTokenFile('a token', link);
  expect(readFileSync(target, 'utf8')).toBe('theirs');
  expect(readFileSync(link, 'utf8')).toBe('a token');
});

it('names the file that cannot be written', () => {
  const file = path.join(folder(), 'file');
  writeFileSync(file, '');
  expect(() => writeTokenFile('a token', path.join(file, 'token'))).toThrow(TokenFileError);
  expect(() => writeTokenFile('a token', path.join(file, 'token'))).toThrow(
    `AUTH_TOKEN_FILE is ${file}/token, which cannot be written (EEXIST)`,
  );
});
