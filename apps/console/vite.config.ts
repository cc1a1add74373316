import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { precompress } from './vite/precompress.js';

/** The API in development. It answers with the local token only to a page of the origin that the browser names. */
const api = { target: process.env.API_URL || 'http://127.0.0.1:3000' };

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
