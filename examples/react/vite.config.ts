import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

const tokenFile = fileURLToPath(new URL('../../.local/api-token', import.meta.url));

/** The token that an API in development writes for clients on this machine, a new one at each start. */
const localToken = () => (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8') : '');

export default defineConfig({
  resolve: { conditions: ['@aws-starter-kit/source', ...defaultClientConditions] },
  server: {
    cors: false, // no page of another origin may call
    // vite's own list, and the folder of the token
    fs: { deny: ['.env', '.env.*', '*.{crt,pem,key,p12,pfx,cer,der}', '.npmrc', '**/.git/**', '**/.local/**'] },
    proxy: {
      // The page and the API have one origin, and the page never sees the token.
      '/trpc': {
        target: process.env.API_URL || 'http://127.0.0.1:3000',
        configure(proxy) {
          proxy.on('proxyReq', (proxied, request) => {
            // The browser sets this header, and only for requests of this page itself. All others go without a token.
            if (request.headers['sec-fetch-site'] !== 'same-origin') return;
            const token = process.env.API_TOKEN || localToken();
            if (token) proxied.setHeader('authorization', `Bearer ${token}`);
          });
        },
      },
    },
  },
});
