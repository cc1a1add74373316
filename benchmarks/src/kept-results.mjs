import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';

const folder = new URL('../results/', import.meta.url);

/** When and where a run took place. The load is what others did to the machine meanwhile: past the number of cores, times are long. */
export const runOf = () => ({
  date: new Date().toISOString().slice(0, 16),
  machine: `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`,
  load: Number(os.loadavg()[0].toFixed(1)),
});

/** The run in words, for the head of a report. */
export const runInWords = ({ date, machine, load }) => `${date} UTC, ${machine}, load average ${load} at the end`;

/** Keeps a result as Markdown, as JSON and, where there is one, as chart. */
export function keepResult(name, { markdown, data, chart }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.md`, folder), markdown);
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(data, null, 1)}\n`);
  if (chart) writeFileSync(new URL(`${name}.svg`, folder), chart);
}
