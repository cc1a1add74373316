import { buildApp, jwtAuthentication } from '@aws-starter-kit/api/app';

const app = buildApp({
  authenticate: jwtAuthentication({ issuer: 'https://login.example.com/', audience: 'https://users.example.com' }),
});
await app.listen({ port: 0 });
await app.close();
