// A process of its own for one server: heap, compiled code and CPU time are its own. `node api-server.mjs FILE`; tells its parent the
// address and what it serves, and its CPU time whenever asked.
import { pathToFileURL } from 'node:url';

const [file = ''] = process.argv.slice(2);
const { make } = await import(pathToFileURL(file).href);
const { app, ...served } = await make({ endpoint: process.env.AWS_ENDPOINT_URL, table: process.env.DYNAMODB_TABLE });
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit());
process.send({ ready: true, url, ...served });
