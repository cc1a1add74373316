import http from 'node:http';

/** Options for `new DynamoDBClient(...)`: the same region, credentials and sockets for all, so that only the libraries differ. */
export const clientConfig = (endpoint) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'fake', secretAccessKey: 'fake' },
  requestHandler: { httpAgent: new http.Agent({ keepAlive: true, maxSockets: 128 }) },
});
