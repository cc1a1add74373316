import { jsonText } from './json-text.js';
import { terminalText } from './terminal-text.js';

/** The formats of results: tables for people, JSON for programs. */
export const outputs = ['table', 'json'] as const;
export type Output = (typeof outputs)[number];

export const defaultOutput = (): Output => (process.stdout.isTTY ? 'table' : 'json');

/** Prints a result to stdout. Neither form has characters that a terminal would act on. */
export function printResult(output: Output, value: unknown, text: () => string): void {
  process.stdout.write(`${output === 'json' ? jsonText(value, { indent: 2 }) : terminalText(text())}\n`);
}

/** Prints a note to stderr, which leaves stdout to the result. */
export function printNote(line: string): void {
  process.stderr.write(`${terminalText(line)}\n`);
}

export const formatNumber = (number: number): string => number.toLocaleString('en-US');

/** The command was stopped by Ctrl-C or SIGTERM. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/** Returns whether an error means that the reader of the output has closed it. */
export const isBrokenPipe = (error: unknown): boolean => Object(error).code === 'EPIPE';
