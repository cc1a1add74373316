import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const kilobytes = (bytes) => `${whole(bytes / 1024)} KB`;
const tenths = (value) => value.toFixed(1);
const signed = (show) => (value) => `${value < 0 ? '−' : '+'}${show(Math.abs(value))}`;

/** Returns the results as Markdown. */
export function lambdaReport({ rounds, warmCalls, functions, ...run }) {
  const api = functions.at(-1);
  return `# A Lambda function in AWS's runtime client

${runInWords(run)}. Medians of ${rounds} interleaved rounds, each in a fresh process, with the middle half of them in
brackets. The functions run in \`aws-lambda-ric\` against a Runtime API on the same machine, and read a user that does not
exist from dynoxide. The machine has other CPUs than Lambda: compare the rows, not the milliseconds. CPU time depends
less on the load of the machine than the other times.

"nothing" answers without doing anything. The stock function is tRPC's adapter for Lambda with DocumentClient: it checks
no token, and has no limits, log and audit trail. The API verifies a token, for which it fetches the issuer's keys at its
first call, and writes its log. All bundles are made by \`packages/lambda-bundle\`.

${markdownTable(
  ['', 'bundle', 'gzip', 'packages'],
  functions.map(({ name, bytes, gzipBytes, packages }) => [name, kilobytes(bytes), kilobytes(gzipBytes), packages]),
)}

${markdownTable(
  ['', 'init, ms', 'first call, ms', 'both, ms', 'CPU of both, ms', 'warm call, ms', 'peak memory, MB'],
  functions.map(({ name, initMs, firstCallMs, startMs, startCpuMs, warmCallMs, peakMb }) => [
    name,
    withSpread(initMs),
    withSpread(firstCallMs),
    withSpread(startMs),
    withSpread(startCpuMs),
    withSpread(warmCallMs, tenths),
    withSpread(peakMb),
  ]),
)}

The API beside the stock function, as differences within each round:

${markdownTable(
  ['init, ms', 'first call, ms', 'both, ms', 'CPU of both, ms', 'warm call, ms', 'peak memory, MB'],
  [
    [
      withSpread(api.beside.initMs, signed(whole)),
      withSpread(api.beside.firstCallMs, signed(whole)),
      withSpread(api.beside.startMs, signed(whole)),
      withSpread(api.beside.startCpuMs, signed(whole)),
      withSpread(api.beside.warmCallMs, signed(tenths)),
      withSpread(api.beside.peakMb, signed(whole)),
    ],
  ],
)}

A warm call is the median of the later half of ${whole(warmCalls)} calls, one after another.
`;
}
