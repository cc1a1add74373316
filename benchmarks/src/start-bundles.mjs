import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const entry = (name) => fileURLToPath(new URL(`../entries/${name}.mjs`, import.meta.url));
const apiMain = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));

const settings = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  metafile: true,
  logLevel: 'error',
};
/** Some dependencies are CommonJS and require Node's own modules. */
const withRequire = {
  js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
};

/** Everything but our packages left out. */
const oursOnly = {
  name: 'ours-only',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@aws-starter-kit/') ? undefined : { path, external: true },
    );
  },
};

/** Minified files, each one alone, as a function or a container would run them. */
export async function makeBundles(folder) {
  mkdirSync(folder, { recursive: true });
  const bundle = async (name, entryPoint, more = {}) => {
    const outfile = `${folder}/${name}.mjs`;
    const { metafile } = await build({ ...settings, banner: withRequire, ...more, entryPoints: [entryPoint], outfile });
    return { file: outfile, ...sizeOf(outfile), owners: ownersOf(metafile) };
  };
  return {
    lambda: await bundle('lambda', entry('lambda')),
    ours: await bundle('ours', entry('lambda'), { banner: {}, plugins: [oursOnly] }),
    documentClient: await bundle('document-client', entry('lambda-document-client')),
    api: await bundle('api', apiMain),
  };
}

function sizeOf(file) {
  const bytes = readFileSync(file);
  return { bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}

/** Minified bytes of a bundle by the package that they come from, the largest first. */
function ownersOf({ outputs }) {
  const [{ inputs }] = Object.values(outputs);
  const owners = {};
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const owner = ownerOf(path);
    owners[owner] = (owners[owner] ?? 0) + bytesInOutput;
  }
  return Object.entries(owners)
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}

function ownerOf(path) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (name === undefined) return 'ours';
  return /^(@aws-sdk|@smithy|@aws-crypto|@aws)\/|^(bowser|mnemonist|obliterator|fast-xml-parser)$/.test(name)
    ? 'AWS SDK'
    : name;
}
