const keptMs = 10;
let lines = '';

/** Writes a line to standard output together with those of the next 10 ms: each write is a system call. */
export function writeSoon(line: string): void {
  if (lines === '') {
    setTimeout(flushLines, keptMs);
    process.once('exit', flushLines); // also after an uncaught error
  }
  lines += line;
}

/** Writes the lines that wait. */
export function flushLines(): void {
  if (lines === '') return;
  process.off('exit', flushLines);
  process.stdout.write(lines);
  lines = '';
}
