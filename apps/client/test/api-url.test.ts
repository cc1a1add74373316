import { expect, it } from 'vitest';
import { apiUrl } from '../src/api-url.js';

it.each([
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/trpc', 'http://127.0.0.1:3000/readyz'],
  ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/trpc', 'http://127.0.0.1:3000/readyz'],
  ['http://localhost:3000/trpc', 'http://localhost:3000/trpc', 'http://localhost:3000/readyz'],
  ['https://example.com/api/', 'https://example.com/api/trpc', 'https://example.com/api/readyz'],
  ['https://example.com/api/trpc/', 'https://example.com/api/trpc', 'https://example.com/api/readyz'],
])('derives the URLs of calls and readiness from %s', (url, trpc, readiness) => {
  expect([apiUrl(url, '/trpc'), apiUrl(new URL(url), '/readyz')]).toEqual([trpc, readiness]);
});
