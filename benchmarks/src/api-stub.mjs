// A server that answers like DynamoDB with a table of users, at once and without an engine: each id that is asked for exists, each write
// succeeds. What is measured against it is the server's own work.
import http from 'node:http';

const at = '2026-01-01T00:00:00.000Z';
const email = 'user-0000000001-00000000@example.com';
const user = {
  id: { S: '|' },
  email: { S: email },
  name: { S: 'Ada Lovelace' },
  createdAt: { S: at },
  version: { N: '1' },
  pk1: { S: 'USER' },
  sk1: { S: `EMAIL#${email}` },
  pk2: { S: 'USER' },
  sk2: { S: `CREATED#${at}` },
};
const [head, tail] = JSON.stringify(user).split('|');
const item = (id) => head + id + tail;
const units = (body, count) =>
  body.includes('"ReturnConsumedCapacity"') ? `,"ConsumedCapacity":{"TableName":"users","CapacityUnits":${count}}` : '';

const operations = {
  // the mark of our table: each address has its claim
  GetItem: (body) => `{"Item":${item(/"((?:USER|UNIQUE)#[^"]*)"/.exec(body)[1])}${units(body, 1)}}`,
  BatchGetItem(body) {
    const [table] = Object.keys(JSON.parse(body).RequestItems);
    const items = body.match(/USER#[^"]+/g).map(item);
    const consumed = units(body, items.length).replace(':{', ':[{').replace(/}$/, '}]');
    return `{"Responses":{"${table}":[${items}]},"UnprocessedKeys":{}${consumed}}`;
  },
  TransactWriteItems: (body) => `{${units(body, 12).replace(',', '').replace(':{', ':[{').replace(/}$/, '}]')}}`,
};

let calls = 0;
const server = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    calls++;
    const answer = operations[operation]?.(body) ?? JSON.stringify({ __type: 'UnknownOperationException', operation });
    response.writeHead(operation in operations ? 200 : 400, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
process.on('message', () => process.send({ calls }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ endpoint: `http://127.0.0.1:${server.address().port}` }));
