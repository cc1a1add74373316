import { get } from 'node:http';

/**
 * The health check of the container: ends with 0 if the API on this machine answers `/livez`, else with 1. It does not ask
 * `/readyz`, which depends on the database: what fails this check is killed, and a new process would not get an answer
 * either.
 */
const request = get({ host: '127.0.0.1', port: process.env.PORT || 3000, path: '/livez', timeout: 2000 }, (response) =>
  process.exit(response.statusCode === 200 ? 0 : 1),
);
request.on('timeout', () => request.destroy()).on('error', () => process.exit(1));
