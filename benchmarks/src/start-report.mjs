import { barGroups } from './bar-groups.mjs';
import { runInWords } from './kept-results.mjs';
import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const readyAimMs = 250;
const oursAimKb = 16;
const idleAimMb = 80;

/** Returns the results as Markdown. */
export function startReport({ rounds, bundles, imports, servers, memory, ...run }) {
  const { lambda, ours, documentClient, api } = bundles;
  const bundleRow = (name, { bytes, gzipBytes, start }) => [
    name,
    ...[start.bytes, start.gzipBytes, bytes, gzipBytes].map(kilobytes),
  ];
  return `# What a start costs

${runInWords(run)}. Medians of ${rounds} interleaved rounds, each in a fresh process, with the middle half of them in
brackets. CPU time depends less on the load of the machine than the other times; the first row shows how much.

## A function

\`entries/lambda.mjs\` imports \`userService\` and reads one user; "DocumentClient" does the same by hand. All times
are in milliseconds. Total and CPU include Node's own start.

${markdownTable(
  ['', 'import', 'first call', 'second call', 'total', 'CPU', 'RSS, MB'],
  imports.map(({ name, importMs, firstCallMs, secondCallMs, totalMs, cpuMs, rssMb }) => [
    name,
    withSpread(importMs),
    withSpread(firstCallMs),
    withSpread(secondCallMs),
    withSpread(totalMs),
    withSpread(cpuMs),
    whole(rssMb.median),
  ]),
)}

## Its bundle

By \`packages/lambda-bundle\`, minified. A start loads one part. Calls that need the rest, such as the AWS SDK, load it.

${markdownTable(
  ['', 'at the start, minified', 'gzip', 'in all, minified', 'gzip'],
  [
    bundleRow(`ours alone (aim: ${oursAimKb} KB gzip at the start)`, ours),
    bundleRow('the function with all its imports', lambda),
    bundleRow('the same with DocumentClient', documentClient),
    bundleRow('the API with all its imports', api),
  ],
)}

Of the ${kilobytes(lambda.start.bytes)} that the function loads at its start: ${ownersInWords(lambda)}. Of the API's
${kilobytes(api.start.bytes)}: ${ownersInWords(api)}.

## The API

Time from the start of the process until \`/readyz\` answers 200, in production, where the API checks its table first
(aim: ${readyAimMs} ms as a bundle).

${markdownTable(
  ['', 'ready, ms', 'CPU, ms', 'RSS, MB'],
  servers.map(({ name, readyMs, cpuMs, rssMb }) => [name, withSpread(readyMs), withSpread(cpuMs), whole(rssMb.median)]),
)}

| memory as a bundle | MB |
| --- | --- |
| idle (aim: ${idleAimMb}) | ${whole(memory.idleMb)} |
| ten seconds of \`getById\`, 64 at a time (${whole(memory.callsPerSecond)} per second, with the client on the same machine) | ${whole(memory.loadedMb)}, at most ${whole(memory.peakMb)} |
| two seconds later | ${whole(memory.afterMb)} |
`;
}

function ownersInWords({ owners, start: { bytes } }) {
  const large = owners.filter((owner) => owner.bytes > bytes / 50);
  const rest = bytes - large.reduce((sum, owner) => sum + owner.bytes, 0);
  return `${large.map((owner) => `${owner.name} ${kilobytes(owner.bytes)}`).join(', ')}, others ${kilobytes(rest)}`;
}

export function startChart({ bundles, imports, servers, memory, ...run }) {
  const milliseconds = (name, { median }) => ({
    name,
    value: median,
    figure: `${whole(median)} ms`,
    isOurs: isOurs(name),
  });
  const megabytes = (name, value) => ({ name, value, figure: `${whole(value)} MB`, isOurs: true });
  const isOurs = (name) => /^users|^the API/.test(name);
  return barGroups({
    title: 'What a start costs',
    subtitle: `${run.date.slice(0, 10)} · ${run.machine}`,
    groups: [
      {
        title: 'A function: CPU time until its second answer',
        bars: imports.map(({ name, cpuMs }) => milliseconds(name, cpuMs)),
      },
      {
        title: 'A server: time until it is ready (line: the aim)',
        limit: readyAimMs,
        bars: servers.map(({ name, readyMs }) => milliseconds(name, readyMs)),
      },
      {
        title: 'Our part of what a function loads at its start, gzip (line: the aim)',
        limit: oursAimKb * 1024,
        bars: [
          {
            name: 'ours',
            value: bundles.ours.start.gzipBytes,
            figure: kilobytes(bundles.ours.start.gzipBytes),
            isOurs: true,
          },
        ],
      },
      {
        title: 'Memory of the API',
        bars: [
          megabytes('idle', memory.idleMb),
          megabytes('under load', memory.loadedMb),
          megabytes('at most', memory.peakMb),
          megabytes('two seconds later', memory.afterMb),
        ],
      },
    ],
  });
}
