import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleLambda } from '@aws-starter-kit/lambda-bundle';
import { build } from 'esbuild';

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Makes minified bundles with `packages/lambda-bundle`, as a function or a container would run them, each in a folder of its own. */
export async function makeBundles(folder) {
  const bundle = async (name, entry) => {
    const made = await bundleLambda({ entry: at(entry), outFile: `${folder}/${name}/index.mjs` });
    const { file, bytes, gzipBytes, start } = made;
    const { packages, ...sizeOfStart } = start;
    return { file, bytes, gzipBytes, start: sizeOfStart, owners: ownersOf(packages) };
  };
  return {
    lambda: await bundle('lambda', '../entries/lambda.mjs'),
    ours: await sizeOfOurs(),
    documentClient: await bundle('document-client', '../entries/lambda-document-client.mjs'),
    api: await bundle('api', '../../apps/api/src/main.ts'),
  };
}

/** Everything but our packages left out. */
const oursOnly = {
  name: 'ours-only',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || name.startsWith('@aws-starter-kit/') ? undefined : { path: name, external: true },
    );
  },
};

/** Returns the size of our code in the bundle of a function: in all, and of the part that a start loads. */
async function sizeOfOurs() {
  const { metafile, outputFiles } = await build({
    ...{ bundle: true, minify: true, splitting: true, platform: 'node', target: 'node20', format: 'esm' },
    ...{ conditions: ['@aws-starter-kit/source'], metafile: true, write: false, logLevel: 'error' },
    entryPoints: [at('../entries/lambda.mjs')],
    outdir: 'ours',
    plugins: [oursOnly],
  });
  const contents = new Map(outputFiles.map((file) => [path.relative('', file.path), file.contents]));
  const loaded = new Set(Object.keys(metafile.outputs).filter((name) => name.endsWith('/lambda.js')));
  for (const name of loaded) {
    for (const imported of metafile.outputs[name].imports) {
      if (imported.kind === 'import-statement' && contents.has(imported.path)) loaded.add(imported.path);
    }
  }
  const sizeOf = (names) => {
    const files = names.map((name) => contents.get(name));
    const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
    return {
      bytes: sum(files.map(({ length }) => length)),
      gzipBytes: sum(files.map((file) => gzipSync(file, { level: 9 }).length)),
    };
  };
  return { ...sizeOf([...contents.keys()]), start: sizeOf([...loaded]) };
}

/** Returns the minified bytes by owner of the packages, the largest first. */
function ownersOf(packages) {
  const owners = {};
  for (const { name, bytes } of packages) {
    const owner = ownerOf(name);
    owners[owner] = (owners[owner] ?? 0) + bytes;
  }
  return Object.entries(owners)
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}

function ownerOf(name) {
  if (name.startsWith('@aws-starter-kit/')) return 'ours';
  const isOfSdk = /^(@aws-sdk|@smithy|@aws-crypto|@aws)\/|^(bowser|mnemonist|obliterator|fast-xml-parser)$/.test(name);
  return isOfSdk ? 'AWS SDK' : name;
}
