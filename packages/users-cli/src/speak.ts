/** How an answer looks: for a person on a terminal, for a program in a pipe. */
export const outputs = ['table', 'json'] as const;
export type Output = (typeof outputs)[number];

export const defaultOutput = (): Output => (process.stdout.isTTY ? 'table' : 'json');

/** The answer, to stdout. */
export function answer(output: Output, value: unknown, text: () => string): void {
  process.stdout.write(`${output === 'json' ? JSON.stringify(value, null, 2) : text()}\n`);
}

/** What is said beside the answer, to stderr. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

export const grouped = (number: number): string => number.toLocaleString('en-US');

/** Stopped by Ctrl-C or SIGTERM. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/** Who reads the output has enough. */
export const isBrokenPipe = (error: unknown): boolean => Object(error).code === 'EPIPE';
