import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amzDate, canonicalPath, signer } from '../../../src/transport/lean/sign.js';
import { Sha256 } from '../sha256.js';

const example = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const token =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const date = '20150830T123600Z';
const host = ['host', 'example.amazonaws.com'];
const form = '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e';

/** The POSTs of AWS's signing test suite that have no query. */
const vectors = [
  {
    name: 'post-vanilla',
    headers: [...host, 'x-amz-date', date],
    body: '',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-header-value-case',
    headers: [...host, 'my-header1', 'VALUE1', 'x-amz-date', date],
    body: '',
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-sts-header-before',
    headers: [...host, 'x-amz-date', date, 'x-amz-security-token', token],
    body: '',
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  ...[
    ['application/x-www-form-urlencoded', 'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b'],
    [
      'application/x-www-form-urlencoded; charset=utf-8',
      '328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422',
    ],
  ].map(([type = '', signature]) => ({
    name: type,
    headers: ['content-length', '13', 'content-type', type, ...host, 'x-amz-content-sha256', form, 'x-amz-date', date],
    body: 'Param1=value1',
    signature,
  })),
];

describe('the signature', () => {
  it.each(vectors)('is that of the test suite of AWS: $name', ({ headers, body, signature }) => {
    const authorization = signer('us-east-1', 'service')(example, date, { canonicalPath: '/', headers, body });
    expect(authorization).toMatch(new RegExp(`, Signature=${signature}$`));
    expect(authorization).toContain('Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ');
  });

  it('is that of the SDK for any credentials, host, path, token, body and time, days and keys in any order', async () => {
    const text = fc.string({ minLength: 1, unit: 'binary' });
    const ascii = fc.stringMatching(/^[!-~]{1,40}$/);
    const sign = signer('eu-west-1', 'dynamodb');
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
          secretAccessKey: fc.constantFrom('a', 'b', example.secretAccessKey),
        }),
        fc.option(ascii, { nil: undefined }),
        fc.webUrl({ withQueryParameters: false }),
        text,
        fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        async (key, sessionToken, address, body, time) => {
          const credentials = { ...key, ...(sessionToken !== undefined && { sessionToken }) };
          const { hostname, host: sentHost, pathname } = new URL(address);
          const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
          const headers = [
            ['content-type', 'application/x-amz-json-1.0'],
            ['host', sentHost],
            ['x-amz-date', amzDate(time.getTime())],
            ...(sessionToken === undefined ? [] : [['x-amz-security-token', sessionToken]]),
            ['x-amz-target', 'DynamoDB_20120810.GetItem'],
          ] as [string, string][];
          const theirs = new SignatureV4({
            credentials,
            region: 'eu-west-1',
            service: 'dynamodb',
            sha256: Sha256,
            applyChecksum: false,
          });
          const request = { method: 'POST', protocol: 'https:', hostname, path, query: {}, body };
          const signed = await theirs.sign({ ...request, headers: Object.fromEntries(headers) }, { signingDate: time });
          const ours = sign(credentials, amzDate(time.getTime()), {
            canonicalPath: canonicalPath(path),
            headers: headers.flat(),
            body,
          });
          expect(ours).toBe(signed.headers.authorization);
        },
      ),
      { numRuns: 60 },
    );
  });
});
