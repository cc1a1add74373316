import { baseline } from './contestants.mjs';

const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
const ratio = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

/** Returns the results as Markdown; figures that depend on the machine come last. */
export function modelReport({ date, machine, scale, users, versions, rows }) {
  const points = [...new Map(rows.map((row) => [`${row.operation} ${row.concurrency}`, row])).values()];
  const names = [...new Set(rows.map(({ name }) => name))];
  const title = ({ operation, concurrency }) =>
    operation === 'createdAfter'
      ? `${users.toLocaleString('en')} users by time`
      : `${operation}, ${concurrency} at a time`;
  const grid = (cell) =>
    table(
      ['', ...points.map(title)],
      names.map((name) => [
        name,
        ...points.map((point) => {
          const found = rows.find(
            (row) => row.name === name && row.operation === point.operation && row.concurrency === point.concurrency,
          );
          return found ? cell(found) : '–';
        }),
      ]),
    );
  return `# What a call of the model costs

${date} UTC, ${machine}${scale === 1 ? '' : `, a short run (scale ${scale})`}. Medians of interleaved rounds, with the
middle half of them in brackets. \`create\` keeps the email unique in a transaction; \`update\` rejects a missing id.
\`increment\` and \`append\` are one UpdateItem of an existing user, \`transact\` increments a user's counter and creates an
order, and \`filter\` is a page of 10 users with a filter. A dash: the adapter lacks it.

## CPU time, ${baseline} = 1.00

${grid(({ cpu }) => ratio(cpu))}

## Wall time, ${baseline} = 1.00

${grid(({ wall }) => ratio(wall))}

## CPU time in microseconds

${grid(({ cpuUs }) => Math.round(cpuUs.median).toLocaleString('en'))}

Versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
`;
}
