import { parse as parseQuery } from 'node:querystring';

/** Limits for clients: the server closes the sockets of clients that are slower or send more. */
export const serverLimits = {
  bodyLimit: 65_536, // 1,000 ids, or 20 users, with room to spare
  routerOptions: {
    maxParamLength: 16_384, // Node's limit for URL and headers, so that the path of a batch is never too long
    querystringParser: (query: string) => (isOfTrpc.test(query) ? {} : parseQuery(query)),
  },
  requestTimeout: 15_000,
  connectionTimeout: 30_000, // for a silent socket during a request; longer than a call may take (5 s)
  keepAliveTimeout: 61_000, // for an idle socket; longer than load balancers keep theirs (60 s)
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, requireHostHeader: false },
};

/**
 * Matches the query string of a call, which tRPC parses itself. Parsing it here too would cost as much as two calls in
 * a batch of 20.
 */
const isOfTrpc = /^(batch=1&)?input=%7B/;
