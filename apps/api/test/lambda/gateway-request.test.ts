import { describe, expect, it } from 'vitest';
import { gatewayRequest } from '../../src/lambda/gateway-request.js';
import { type EventParts, exampleEvent, gatewayEvent } from './gateway-event.js';

const requestOf = (parts: EventParts) => gatewayRequest(gatewayEvent(parts));

describe('the request in an event', () => {
  it("is that of AWS's example", () => {
    expect(gatewayRequest(exampleEvent)).toEqual({
      method: 'POST',
      target: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
      headers: {
        header1: 'value1',
        header2: 'value1,value2',
        cookie: 'cookie1; cookie2',
        host: 'id.execute-api.us-east-1.amazonaws.com',
      },
      body: Buffer.from('Hello from Lambda'),
      sourceAddress: '192.0.2.1',
      requestId: 'JKJaXmPLvHcESHA=',
    });
  });

  it.each([
    ['$default', '/trpc/users.list', '/trpc/users.list'],
    ['prod', '/prod/trpc/users.list', '/trpc/users.list'],
    ['prod', '/prod', '/'],
    ['prod', '/production/livez', '/production/livez'],
    ['prod', '/livez', '/livez'], // with a domain of its own
  ])('leaves out the stage %s of %s', (stage, rawPath, target) => {
    expect(requestOf({ stage, rawPath }).target).toBe(target);
  });

  it.each([
    ['a=1&a=2&b=x%2Cy', '/?a=1&a=2&b=x%2Cy'],
    [
      'input=%7B%220%22%3A%7B%22id%22%3A%22a%2C%20b%22%7D%7D',
      '/?input=%7B%220%22%3A%7B%22id%22%3A%22a%2C%20b%22%7D%7D',
    ],
    ['name=Zoë', '/?name=Zo%C3%AB'],
  ])('passes the query %s on as it was sent', (rawQueryString, target) => {
    expect(requestOf({ rawQueryString }).target).toBe(target);
  });

  it.each([
    ['/a b', '/a%20b'],
    ['/é', '/%C3%A9'],
    ['/a?b#c', '/a%3Fb%23c'],
    ['/a\r\nx-injected: 1', '/a%0D%0Ax-injected:%201'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/a,b', '/a,b'],
    ['/a%2Cb', '/a%2Cb'], // a function URL does not decode the path
  ])('encodes the path %j', (rawPath, target) => {
    expect(requestOf({ rawPath }).target).toBe(target);
  });

  it('drops the headers of the connection, and lengths that may be wrong', () => {
    const headers = {
      'Content-Length': '3',
      Connection: 'upgrade',
      Upgrade: 'h2c',
      'transfer-encoding': 'chunked',
      A: '1',
    };
    const passed = requestOf({ headers, body: '{}' }).headers;
    for (const name of ['content-length', 'connection', 'upgrade', 'transfer-encoding'])
      expect(passed).not.toHaveProperty(name);
    expect(passed.a).toBe('1');
  });

  it('decodes a binary body', () => {
    const body = Buffer.from([0, 255, 128]);
    expect(requestOf({ body: body.toString('base64'), isBase64Encoded: true }).body).toEqual(body);
    expect(requestOf({ body: '{"name":"Zoë"}' }).body).toEqual(Buffer.from('{"name":"Zoë"}'));
    expect(requestOf({}).body).toHaveLength(0);
  });

  it('has the IP address that the gateway saw, regardless of headers', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' };
    expect(requestOf({ headers, sourceIp: '2001:db8::7' }).sourceAddress).toBe('2001:db8::7');
  });

  it.each([
    ['of a REST API', { version: '1.0', httpMethod: 'GET', path: '/', requestContext: {} }],
    ['of a schedule', { source: 'aws.events', detail: {} }],
    ['null', null],
  ])('is missing in an event %s, with a message that says what to set', (_, event) => {
    expect(() => gatewayRequest(event as never)).toThrow(/payload format 2\.0/);
  });
});
