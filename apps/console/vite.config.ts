import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type ProxyOptions } from 'vite';
import { precompress } from './vite/precompress.js';

/**
 * The API in development, for `vite` as a server of its own. The API gives its token only to pages of its own origin: so
 * requests of these pages on this machine, which no page of another origin can send, get that origin.
 */
const target = process.env.API_URL || 'http://127.0.0.1:3000';
const api: ProxyOptions = {
  target,
  changeOrigin: true,
  configure(proxy) {
    proxy.on('proxyReq', (proxied, { headers, socket }) => {
      if (!/^(::1|(::ffff:)?127\..*)$/.test(socket.remoteAddress ?? '')) return; // with `vite --host`
      if (headers['sec-fetch-site'] === 'same-origin' && headers.origin === `http://${headers.host}`)
        proxied.setHeader('origin', new URL(target).origin);
    });
  },
};

const library =
  /\/node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(react-)?(router|query|history|store)(-core)?|@trpc\/client)\/(?!.*([iI]nfinite|[mM]utationObs|useMutation|queriesObs|useQueries|useBlocker))/;
const ours =
  /\/apps\/console\/src\/(shell|search|values\/(words|format-value|value-kind)|components\/(button|icon|loading|error-note|copy-button|empty|page-header|select|field)|api\/(api-context|client|errors|keys|description|entity-query))/;

/**
 * `pnpm dev` builds into a folder of its own, named after its port. `dist` stays as `pnpm build` wrote it, because other
 * processes may read it at the same time.
 */
const isWatching = process.argv.includes('--watch');
const outDir = isWatching ? `.dev/${process.env.PORT || 'console'}` : 'dist';

/** Returns whether all or nearly all views need a module. */
const isOfEachView = (id: string) => library.test(id) || ours.test(id);

export default defineConfig({
  base: '/console/',
  plugins: [react(), !isWatching && precompress()], // in development, the API compresses what it sends
  resolve: { conditions: ['@aws-starter-kit/source', ...defaultClientConditions] },
  build: {
    outDir,
    emptyOutDir: true,
    modulePreload: { polyfill: false }, // browsers that lack it load the same modules a little later
    // one chunk compresses better than ten: 3 to 5 KB less for each view
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: isOfEachView }] } } },
    assetsInlineLimit: 0, // the content security policy allows no data in scripts and styles
  },
  server: {
    cors: false, // no page of another origin may call
    // vite's own list, and the folder of the token
    fs: { deny: ['.env', '.env.*', '*.{crt,pem,key,p12,pfx,cer,der}', '.npmrc', '**/.git/**', '**/.local/**'] },
    proxy: { '/trpc': api, '/console/api': api }, // so that the page and the API have one origin
  },
});
