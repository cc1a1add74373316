import { readFileSync } from 'node:fs';

// pnpm loads this file before each of its commands: the first moment at which a Node that is too old can be told so.
const { engines } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const oldest = engines.node.replace('>=', '');
if (isOlder(process.versions.node, oldest)) {
  process.stderr.write(`This needs Node ${oldest} or later; the one that runs is ${process.versions.node} (${process.execPath}).

  nvm install 22 && nvm use 22        with nvm
  fnm use --install-if-missing 22     with fnm
  https://nodejs.org/en/download      without either

Then run the same command again.
`);
  process.exit(1);
}

function isOlder(version, than) {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** What the manifests of others say that is not so, or does not suit us. */
function readPackage(manifest) {
  // a peer of the benchmarks runs on Node 20 although it names 22: nobody who installs needs to be warned of that
  if (manifest.name === '@aws-lite/client') delete manifest.engines;
  // it needs the compiler's JavaScript API, which TypeScript 7 has not: so it gets a TypeScript of its own
  if (manifest.name === 'openapi-typescript') {
    delete manifest.peerDependencies.typescript;
    manifest.dependencies.typescript = '^5.9.3';
  }
  // the same: 6 is the last compiler that it knows
  if (manifest.name === 'typedoc') {
    delete manifest.peerDependencies.typescript;
    manifest.dependencies.typescript = '^6.0.3';
  }
  // it reports each installation to its maintainers
  if (manifest.name === 'swagger-ui-dist') delete manifest.dependencies['@scarf/scarf'];
  // its types need the compiler, which each package here gets from the root: a peer would be deployed with the API
  if (manifest.name.startsWith('@trpc/')) delete manifest.peerDependencies?.typescript;
  return manifest;
}

export const hooks = { readPackage };
