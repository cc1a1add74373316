import { expect, it } from 'vitest';
import { isLoopback } from '../demo/is-loopback.js';

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
])('says of %s: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
