// A server that answers like DynamoDB, at once and without an engine: what is measured against it is the client's own work.
// Each library writes attributes of its own, so the item that a table answers with is the first user that was put into it.
import http from 'node:http';

const answers = new Map(); // table → the bodies for GetItem, Query and ALL_NEW
const tableOf = (body) => /"TableName":"([^"]+)"/.exec(body)?.[1] ?? '';

function learn(body, item) {
  const one = JSON.stringify(item);
  answers.set(tableOf(body), {
    get: `{"Item":${one}}`,
    list: `{"Items":[${one}],"Count":1,"ScannedCount":1}`,
    all: `{"Attributes":${one}}`,
  });
}

const isUser = (item) => item?.id.S.startsWith('USER#');

const operations = {
  // the mark of our table: each address has its claim
  GetItem: (body) =>
    body.includes('"UNIQUE#"') ? '{"Item":{"id":{"S":"UNIQUE#"}}}' : (answers.get(tableOf(body))?.get ?? '{}'),
  Query: (body) => answers.get(tableOf(body))?.list ?? '{"Items":[],"Count":0,"ScannedCount":0}',
  UpdateItem: (body) => (body.includes('"ALL_NEW"') && answers.get(tableOf(body))?.all) || '{}',
  TransactWriteItems(body) {
    if (!answers.has(tableOf(body))) {
      const put = JSON.parse(body).TransactItems.find(({ Put }) => isUser(Put?.Item));
      if (put) learn(body, put.Put.Item);
    }
    return '{}';
  },
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const answer = operations[operation]?.(Buffer.concat(chunks).toString());
    const body =
      answer ?? `{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException","message":"${operation}"}`;
    response.writeHead(answer ? 200 : 400, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      'x-amzn-requestid': 'STUB',
      'x-amz-crc32': '2745614147',
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ endpoint: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
