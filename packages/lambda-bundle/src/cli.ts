import { parseArgs } from 'node:util';
import { bundleLambda } from './bundle-lambda.js';

const usage = 'lambda-bundle <entry> --out <file> [--source-map] [--no-minify]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    out: { type: 'string' },
    'source-map': { type: 'boolean', default: false },
    minify: { type: 'boolean', default: true },
  },
});
const [entry] = positionals;
if (entry === undefined || values.out === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(1);
}
const { bytes, gzipBytes, packages } = await bundleLambda({
  entry,
  outFile: values.out,
  sourceMap: values['source-map'],
  minify: values.minify,
});
const kilobytes = (count: number) => `${(count / 1024).toFixed(1)} KB`;
process.stdout.write(`${values.out}: ${kilobytes(bytes)}, gzip ${kilobytes(gzipBytes)}, ${packages.length} packages\n`);
