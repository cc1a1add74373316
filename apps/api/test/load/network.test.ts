import { expect, it } from 'vitest';
import { networkOf, trustedProxies } from '../../src/load/network.js';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:4711', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '32.1.13.184.0.1.0.2'],
  ['[2001:db8:1:2:3:4:5:6]', '32.1.13.184.0.1.0.2'],
  ['[2001:db8:1:2:3:4:5:6]:4711', '32.1.13.184.0.1.0.2'],
  ['2001:db8:1:2::', '32.1.13.184.0.1.0.2'],
  ['fe80::1%eth0', '254.128.0.0.0.0.0.0'],
  ['somewhere', 'no address'],
  ['_hidden-7', 'no address'],
  ['192.0.2.1:4711:1', 'no address'],
  ['', 'no address'],
  [undefined, 'no address'],
])('counts %s as the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  ['10.1.2.3', true],
  ['10.1.2.3:4711', true],
  ['::ffff:10.1.2.3', true],
  ['[2001:db8::7]:4711', true],
  ['2001:db8::7', true],
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['11.0.0.1', false],
  ['2001:db9::7', false],
  ['somewhere', false],
])('trusts the proxy %s: %s', (address, isTrusted) => {
  expect(trustedProxies(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'])(address)).toBe(isTrusted);
});

it('rejects a list with a text that is no address', () => {
  expect(() => trustedProxies(['10.0.0.0/8', 'proxy'])).toThrow();
});
