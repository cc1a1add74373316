// The cases, as requests in either style: `plain`, the paths of the reference servers, or `trpc`. Ids are whole keys; all ids exist.
import { randomUUID } from 'node:crypto';

export const batchSize = 20;

const json = { 'content-type': 'application/json' };
const get = (path) => ({ method: 'GET', path });
const post = (path, value) => ({ method: 'POST', path, headers: json, body: JSON.stringify(value) });
const input = (value) => encodeURIComponent(JSON.stringify(value));
const newId = () => `USER#${randomUUID()}`;

const styles = {
  plain: {
    ping: () => get('/ping'),
    getById: (id) => get(`/user/${encodeURIComponent(id)}`),
    batch: (ids) => post('/users/batch', { ids }),
    create: (user) => post('/users', user),
  },
  trpc: {
    ping: () => get('/trpc/ping'),
    getById: (id) => get(`/trpc/users.getById?input=${input({ id })}`),
    batch: (ids) =>
      get(`/trpc/${ids.map(() => 'users.getById')}?batch=1&input=${input({ ...ids.map((id) => ({ id })) })}`),
    create: (user) => post('/trpc/users.create', user),
  },
};

const many = (make) => Array.from({ length: 500 }, make);

/** By name: a title, the reads of a request, and the requests that the load goes through in turn. */
export const cases = {
  ping: { title: 'a query that reads nothing', requests: (style) => [styles[style].ping()] },
  getById: { title: 'getById', reads: 1, requests: (style) => many(() => styles[style].getById(newId())) },
  batch: {
    title: `a batch of ${batchSize} getById`,
    reads: batchSize,
    requests: (style) => many(() => styles[style].batch(Array.from({ length: batchSize }, newId))),
  },
  create: {
    title: 'create, with a claim on the email',
    requests: (style) => [styles[style].create({ email: 'user-##########@example.com', name: 'Ada Lovelace' })],
  },
};

/** The requests of a case for a server, with the headers that it wants. */
export const requestsOf = (name, { style, headers }) =>
  cases[name].requests(style).map((request) => ({ ...request, headers: { ...request.headers, ...headers } }));
