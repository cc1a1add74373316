import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { classifyFailure, type Failure } from '../../src/call/classify-failure.js';
import { clientOf, newAttempt, serveRaw, stopServers, tableName as TableName, transports } from './both-transports.js';
import { httpReply } from './raw-server.js';

afterEach(stopServers);

const ambiguous: Failure = 'ambiguous';

/** The output, or how its failure is classified. */
const outcomeOf = (answer: Promise<object>) =>
  answer.then(
    () => 'answered',
    (error: unknown) => classifyFailure(error),
  );

const ok = httpReply('200 OK', '{}');
const html = ['content-type: text/html'];
const write = (bytes: Buffer | string) => (socket: Socket) => socket.write(bytes);
const writeAndClose = (bytes: Buffer | string) => (socket: Socket) => socket.end(bytes);
const type = '"__type":"com.amazonaws.dynamodb.v20120810#';

type Reply = (socket: Socket) => void;
const notOfDynamo: [string, Reply][] = [
  ['JSON that is null', write(httpReply('200 OK', 'null'))],
  ['a JSON list', write(httpReply('200 OK', '[]'))],
  ['a list of answers', write(httpReply('200 OK', '[{}]'))],
  ['JSON that is true', write(httpReply('200 OK', 'true'))],
  ['a JSON number', write(httpReply('200 OK', '0'))],
  ['a JSON text', write(httpReply('200 OK', '"OK"'))],
  ['two JSON objects', write(httpReply('200 OK', '{}{}'))],
  ['an empty body', write(httpReply('200 OK'))],
  ['white space', write(httpReply('200 OK', ' \n'))],
  ['status 204', write('HTTP/1.1 204 No Content\r\n\r\n')],
  ['the page of a portal', write(httpReply('200 OK', '<html></html>', html))],
  ['a compressed body', write(httpReply('200 OK', gzipSync('{}'), ['content-encoding: gzip']))],
  ['a field of another type', write(httpReply('200 OK', '{"Attributes":{"id":5}}'))],
  ['a value of an unknown type', write(httpReply('200 OK', '{"Attributes":{"id":{"X":"a"}}}'))],
  ['a redirect', write(httpReply('302 Found', '', ['location: http://127.0.0.1:1/']))],
  ['status 304', write('HTTP/1.1 304 Not Modified\r\n\r\n')],
  ['an empty 400', write(httpReply('400 Bad Request'))],
  ['a 400 with an empty object', write(httpReply('400 Bad Request', '{}'))],
  ['a 400 with a list', write(httpReply('400 Bad Request', '[]'))],
  ['a 400 with the error of a gateway', write(httpReply('400 Bad Request', '{"code":400,"message":"bad"}'))],
  ['a 400 with a page', write(httpReply('400 Bad Request', '<html></html>', html))],
  ['a 400 that is cut short', writeAndClose(httpReply('400 Bad Request', `{${type}Cond`, ['connection: close']))],
  ['a 400 with a type that is no text', write(httpReply('400 Bad Request', '{"__type":{}}'))],
  ['an empty 403', write(httpReply('403 Forbidden'))],
  ['the 403 of a firewall', write(httpReply('403 Forbidden', '<html></html>', html))],
  ['an empty 408', write(httpReply('408 Request Timeout'))],
  ['the 413 of a proxy', write(httpReply('413 Payload Too Large', '<html></html>', html))],
  ['the 502 of a balancer', write(httpReply('502 Bad Gateway', '<html></html>', html))],
  ['an empty 503', write(httpReply('503 Service Unavailable'))],
  ['a 500 without a type', write(httpReply('500 Internal Server Error', '{"message":"Internal server error"}'))],
  ['a protocol other than HTTP', write('SSH-2.0-OpenSSH_9.6\r\n')],
  ['a header without an end', writeAndClose('HTTP/1.1 200 OK\r\ncontent-le')],
  ['a body that is cut short', writeAndClose('HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{"Attri')],
  ['a body without length that is cut short', writeAndClose(httpReply('200 OK', '{"Attri', ['connection: close']))],
  ['chunks that are cut short', writeAndClose(httpReply('200 OK', '1\r\n{\r\n', ['transfer-encoding: chunked']))],
  ['100 Continue and no more', writeAndClose('HTTP/1.1 100 Continue\r\n\r\n')],
  ['103 Early Hints and no more', writeAndClose('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')],
  ['no bytes', (socket) => socket.end()],
  ['a reset', (socket) => socket.resetAndDestroy()],
];
const ofDynamo: [string, Reply, string][] = [
  ['an empty object', write(ok), 'answered'],
  ['white space around the object', write(httpReply('200 OK', '\n {} \n')), 'answered'],
  [
    'early hints before the answer',
    write(Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'), ok])),
    'answered',
  ],
  [
    'chunks with an extension and a trailer',
    write(httpReply('200 OK', '1;x=y\r\n{\r\n1\r\n}\r\n0\r\nx-a: b\r\n\r\n', ['transfer-encoding: chunked'])),
    'answered',
  ],
  ['a body that ends with the connection', writeAndClose(httpReply('200 OK', '{}', ['connection: close'])), 'answered'],
  ['an error with a type', write(httpReply('400 Bad Request', `{${type}ValidationException"}`)), 'permanent'],
  ['an error with a type in a header', write(httpReply('400 Bad Request', '{}', ['x-amzn-errortype: X'])), 'permanent'],
  ['throttling', write(httpReply('400 Bad Request', `{${type}ThrottlingException"}`)), 'throttled'],
  ['the 429 of a proxy', write(httpReply('429 Too Many Requests')), 'throttled'],
];

describe.each(transports)('%s', (_, make) => {
  const put = async (reply: Reply) => {
    const server = await serveRaw(({ socket }) => reply(socket));
    return make(clientOf(server.endpoint))('PutItem', { TableName, Item: { id: 'a' } })(newAttempt());
  };

  it.each(notOfDynamo)('does not take %s for an answer to a write', async (_name, reply) => {
    expect(await outcomeOf(put(reply))).toBe(ambiguous);
  });

  it.each(ofDynamo)('takes %s for what DynamoDB means by it', async (_name, reply, outcome) => {
    expect(await outcomeOf(put(reply))).toBe(outcome);
  });

  it('says in the error which reply is not from DynamoDB', async () => {
    await expect(put(write(httpReply('403 Forbidden', '<html></html>', html)))).rejects.toMatchObject({
      name: 'BadResponseError',
      code: 'BAD_RESPONSE',
      message: 'The reply of status 403 is not from DynamoDB: its body is not JSON',
      $metadata: { httpStatusCode: 403 },
    });
  });
});
