import { SingleBar } from 'cli-progress';

export interface ProgressBar {
  show(done: number, total: number, note?: string): void;
  stop(): void;
}

/** Shows progress on stderr if that is a terminal. */
export function createProgressBar(noun: string, isTerminal = process.stderr.isTTY === true): ProgressBar {
  if (!isTerminal) return { show: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: `[{bar}] {percentage} %  {value}/{total} ${noun}  {speed}/s  {duration_formatted}{note}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let start: { at: number; done: number } | undefined;
  return {
    show(done, total, note = '') {
      const first = start ?? { at: performance.now(), done };
      if (!start) bar.start(Math.max(total, done, 1), done, { speed: 0, note });
      start = first;
      const seconds = (performance.now() - first.at) / 1000;
      bar.setTotal(Math.max(total, done, 1));
      bar.update(done, { speed: seconds > 0 ? Math.round((done - first.done) / seconds) : 0, note });
    },
    stop: () => bar.stop(),
  };
}
