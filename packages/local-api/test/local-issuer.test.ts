import { jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { localIssuer } from '../src/index.js';

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
