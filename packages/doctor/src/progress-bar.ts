import { SingleBar } from 'cli-progress';
import type { Progress } from './scan-table.js';

export interface ProgressBar {
  show(progress: Progress): void;
  stop(): void;
}

/** Draws a bar on stderr, beside the report on stdout. Draws nothing if stdout is not a terminal. */
export function createProgressBar(aboutItems: number, isTerminal = process.stdout.isTTY === true): ProgressBar {
  if (!isTerminal) return { show: () => {}, stop: () => {} };
  const format = '{phase} [{bar}] {value}/{total}  {findings} findings  {units} units  {duration_formatted}';
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  const texts = { phase: 'reading', findings: 0, units: 0 };
  bar.start(Math.max(1, aboutItems), 0, texts);
  return {
    show({ phase, done, total, findings, units }) {
      bar.setTotal(total ?? Math.max(done, aboutItems, 1)); // DynamoDB counts the items of a table every six hours only
      bar.update(done, { phase, findings, units: Math.round(units) });
    },
    stop: () => bar.stop(),
  };
}
