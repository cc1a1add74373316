import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

const tokenFile = fileURLToPath(new URL('../../.local/api-token', import.meta.url));

/** The token that an API in development leaves on this machine, a new one at each start; without one the API says what is missing. */
const localToken = () => (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8') : '');

export default defineConfig({
  resolve: { conditions: ['@aws-starter-kit/source', ...defaultClientConditions] },
  server: {
    proxy: {
      // The page and the API have one origin, and the page never sees the token.
      '/trpc': {
        target: process.env.API_URL || 'http://127.0.0.1:3000',
        configure(proxy) {
          proxy.on('proxyReq', (request) => {
            const token = process.env.API_TOKEN || localToken();
            if (token) request.setHeader('authorization', `Bearer ${token}`);
          });
        },
      },
    },
  },
});
