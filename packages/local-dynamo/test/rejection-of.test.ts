import { expect, it } from 'vitest';
import { rejectionOf } from '../src/rejection-of.js';

const head = (...headers: string[]) => ['POST / HTTP/1.1', ...headers].join('\r\n');
const target = 'X-Amz-Target: DynamoDB_20120810.ListTables';

it.each(['127.0.0.1:8000', 'localhost', 'LOCALHOST:8000', 'db.localhost:1', '127.44.5.6:8000', '[::1]:8000'])(
  'a request of an SDK for %s passes',
  (host) => {
    expect(rejectionOf(head(`host: ${host}`, target))).toBeUndefined();
  },
);

it.each([
  ['a page of the web', head('Host: 127.0.0.1:8000', target, 'Origin: https://evil.example')],
  ['a page of another port', head('Host: localhost:8000', target, 'origin: http://localhost:3000')],
  ['a sandboxed page', head('Host: localhost:8000', target, 'Origin: null')],
  ['a page whose name resolves to this machine', head('Host: evil.example:8000', target)],
  ['a name that begins like this machine', head('Host: localhost.evil.example', target)],
  ['a name that begins like its address', head('Host: 127.0.0.1.evil.example', target)],
  ['a request without a host', head(target)],
  ['an image', `GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n${target}`],
  ['a preflight', 'OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccess-Control-Request-Method: POST'],
  ['a form', head('Host: 127.0.0.1:8000', 'Content-Type: text/plain')],
  ['a head without an end', ''],
])('%s is rejected with a reason', (_name, text) => {
  expect(rejectionOf(text)).toMatch(/^This .*DynamoDB for development/);
});
