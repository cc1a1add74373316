import { readFileSync } from 'node:fs';

const comment = /^\s*(?:\/\/|\/?\*)/;

/** Returns the number of lines of some files that are neither blank nor a comment. */
export const linesOfCode = (files: readonly URL[]): number =>
  files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.trim() !== '' && !comment.test(line)).length;
