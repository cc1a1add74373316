import { once } from 'node:events';
import http from 'node:http';

/** Passes requests on to an engine after a time, any number of them at once: a database that is that far away. */
export async function startDelayingProxy(endpoint, delayMs) {
  const { hostname, port } = new URL(endpoint);
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    setTimeout(() => {
      const { method, url, headers } = request;
      const onward = http.request({ hostname, port, method, path: url, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    }, delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}
