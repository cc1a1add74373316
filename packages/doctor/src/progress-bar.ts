import { SingleBar } from 'cli-progress';
import type { Progress } from './scan-table.js';

export interface ProgressBar {
  show(progress: Progress): void;
  stop(): void;
}

/** A bar on the terminal, beside the answer that goes to stdout; nothing at all where stdout is no terminal. */
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
      bar.setTotal(total ?? Math.max(done, aboutItems, 1)); // the table counts its items every six hours only
      bar.update(done, { phase, findings, units: Math.round(units) });
    },
    stop: () => bar.stop(),
  };
}
