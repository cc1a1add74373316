import { expect, it } from 'vitest';
import { apiUrl, isLoopback } from '../src/api-url.js';

it.each([
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/trpc', 'http://127.0.0.1:3000/readyz'],
  ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/trpc', 'http://127.0.0.1:3000/readyz'],
  ['http://localhost:3000/trpc', 'http://localhost:3000/trpc', 'http://localhost:3000/readyz'],
  ['https://example.com/api/', 'https://example.com/api/trpc', 'https://example.com/api/readyz'],
  ['https://example.com/api/trpc/', 'https://example.com/api/trpc', 'https://example.com/api/readyz'],
])('of %s makes the addresses of calls and of readiness', (url, trpc, readiness) => {
  expect([apiUrl(url, '/trpc'), apiUrl(new URL(url), '/readyz')]).toEqual([trpc, readiness]);
});

it.each([
  ['http://127.0.0.1:3000', true],
  ['http://127.8.9.1', true],
  ['http://localhost:3000/trpc', true],
  ['http://api.localhost', true],
  ['http://[::1]:3000', true],
  ['http://0.0.0.0:3000', false],
  ['http://192.168.0.7:3000', false],
  ['https://localhost.example.com', false],
  ['https://127.example.com', false],
])('knows whether %s is this machine: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
