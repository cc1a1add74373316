import http from 'node:http';

/** Options for `new DynamoDBClient(...)`: the same region, credentials and sockets for all, so that only the libraries differ. */
export const clientConfig = (endpoint) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' },
  requestHandler: { httpAgent: new http.Agent({ keepAlive: true, maxSockets: 128 }) },
});

/** One after another, 25 at a time: all that BatchWriteItem takes. */
export async function inBatches(list, send) {
  for (let start = 0; start < list.length; start += 25) await send(list.slice(start, start + 25));
}
