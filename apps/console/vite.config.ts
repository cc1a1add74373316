import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type ProxyOptions } from 'vite';
import { precompress } from './vite/precompress.js';

/**
 * The API in development, for `vite` as a server of its own. The API gives its token only to pages of its own origin: so
 * requests of these pages, which no page of another origin can send, get that origin.
 */
const target = process.env.API_URL || 'http://127.0.0.1:3000';
const api: ProxyOptions = {
  target,
  changeOrigin: true,
  configure(proxy) {
    proxy.on('proxyReq', (proxied, { headers }) => {
      if (headers['sec-fetch-site'] === 'same-origin' && headers.origin === `http://${headers.host}`)
        proxied.setHeader('origin', new URL(target).origin);
    });
  },
};

export default defineConfig({
  base: '/console/',
  plugins: [react(), precompress()],
  resolve: { conditions: ['@aws-starter-kit/source', ...defaultClientConditions] },
  build: {
    modulePreload: { polyfill: false }, // browsers that lack it load the same modules a little later
    assetsInlineLimit: 0, // the content security policy allows no data in scripts and styles
  },
  server: {
    cors: false, // no page of another origin may call
    // vite's own list, and the folder of the token
    fs: { deny: ['.env', '.env.*', '*.{crt,pem,key,p12,pfx,cer,der}', '.npmrc', '**/.git/**', '**/.local/**'] },
    proxy: { '/trpc': api, '/console/api': api }, // so that the page and the API have one origin
  },
});
