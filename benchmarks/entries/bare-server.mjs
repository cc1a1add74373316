// The least that answers: what Node itself takes to listen.
import http from 'node:http';

http.createServer((_request, response) => response.end('ready')).listen(Number(process.env.PORT), '127.0.0.1');
