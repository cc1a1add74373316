import { get } from 'node:http';

/**
 * The health check of the container: exits with 0 if the API on this machine answers `/livez` with 200, else with 1.
 * It does not request `/readyz`, which depends on the database: platforms replace a container that fails the check, and
 * a new one would not help during an outage of the database.
 */
const request = get({ host: '127.0.0.1', port: process.env.PORT || 3000, path: '/livez', timeout: 2000 }, (response) =>
  process.exit(response.statusCode === 200 ? 0 : 1),
);
request.on('timeout', () => request.destroy()).on('error', () => process.exit(1));
