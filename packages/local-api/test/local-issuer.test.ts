import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, expect, it } from 'vitest';
import { localIssuer } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'local-issuer-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('signs tokens with the given token claims for its audience, which no other issuer accepts', async () => {
  const { issuer, audience, keys, token } = await localIssuer();
  const signed = await token({ scope: 'users:read', sub: 'ada' });
  const { payload, protectedHeader } = await jwtVerify(signed, keys, { issuer, audience });
  expect(payload).toMatchObject({ scope: 'users:read', sub: 'ada' });
  expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });

  const other = await localIssuer();
  await expect(jwtVerify(signed, other.keys, { issuer, audience })).rejects.toThrow();
});

it('signs for 30 days unless exp is given', async () => {
  const { keys, token } = await localIssuer();
  const now = Math.floor(Date.now() / 1000);
  const { payload } = await jwtVerify(await token({}), keys);
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(30 * 86_400);
  expect((await jwtVerify(await token({ exp: now + 60 }), keys)).payload.exp).toBe(now + 60);
});

it('accepts the tokens of its last start where its key is kept, in a file that only this user can read', async () => {
  const keyFile = join(folder, 'kept.key');
  const { token } = await localIssuer({ keyFile });
  const restarted = await localIssuer({ keyFile });
  await expect(jwtVerify(await token({}), restarted.keys)).resolves.toBeDefined();
  await expect(jwtVerify(await restarted.token({}), restarted.keys)).resolves.toBeDefined();
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});

it('accepts the tokens of another issuer that starts at the same time with the same file', async () => {
  const keyFile = join(folder, 'together.key');
  const [one, other] = await Promise.all([localIssuer({ keyFile }), localIssuer({ keyFile })]);
  await expect(jwtVerify(await one.token({}), other.keys)).resolves.toBeDefined();
  await expect(jwtVerify(await other.token({}), one.keys)).resolves.toBeDefined();
  const restarted = await localIssuer({ keyFile });
  await expect(jwtVerify(await one.token({}), restarted.keys)).resolves.toBeDefined();
  expect(readdirSync(folder).filter((name) => name.startsWith('together'))).toEqual(['together.key']);
});

it('derives secrets from its key: one for each purpose, and the same after a restart', async () => {
  const keyFile = join(folder, 'secret.key');
  const { secret } = await localIssuer({ keyFile });
  expect(secret('pages')).toMatch(/^[\w-]{43}$/);
  expect(secret('other')).not.toBe(secret('pages'));
  expect((await localIssuer({ keyFile })).secret('pages')).toBe(secret('pages'));
  expect((await localIssuer()).secret('pages')).not.toBe(secret('pages'));
});

it.each(['', '{}', '{"kty":"EC"}', 'no key'])('makes a new key where the file has %j', async (text) => {
  const keyFile = join(folder, 'broken.key');
  writeFileSync(keyFile, text);
  const { token, keys } = await localIssuer({ keyFile });
  await expect(jwtVerify(await token({}), keys)).resolves.toBeDefined();
  const next = await localIssuer({ keyFile });
  await expect(jwtVerify(await token({}), next.keys)).resolves.toBeDefined();
});

it('trusts no key that others can read, nor one behind a link', async () => {
  const keyFile = join(folder, 'shared.key');
  const { token } = await localIssuer({ keyFile });
  const link = join(folder, 'link.key');
  symlinkSync(keyFile, link);
  const behindLink = await localIssuer({ keyFile: link });
  await expect(jwtVerify(await token({}), behindLink.keys)).rejects.toThrow();
  chmodSync(keyFile, 0o644);
  const { keys } = await localIssuer({ keyFile });
  await expect(jwtVerify(await token({}), keys)).rejects.toThrow();
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});

it('keeps no key where the file cannot be written', async () => {
  const { token, keys } = await localIssuer({ keyFile: join(folder, 'kept.key', 'no folder') });
  await expect(jwtVerify(await token({}), keys)).resolves.toBeDefined();
});
