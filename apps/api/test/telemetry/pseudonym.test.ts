import { expect, it } from 'vitest';
import { pseudonym } from '../../src/telemetry/pseudonym.js';

it.each([
  '3f2b8f1e-5d0c-4d3a-9c1e-0a1b2c3d4e5f',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  'google-oauth2|103547991597142817347',
])('keeps the opaque id %s', (id) => {
  expect(pseudonym(id)).toBe(id);
});

it.each(['zoe', 'zoe@example.com', 'zoe.secret', '+4915112345678', '004915112345678', 'zoe|1', '', 'x'.repeat(5000)])(
  'hashes %s',
  (id) => {
    expect(pseudonym(id)).toMatch(/^sha256:[\da-f]{16}$/);
    expect(pseudonym(id)).toBe(pseudonym(id));
  },
);
