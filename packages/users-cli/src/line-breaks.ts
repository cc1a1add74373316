/** Counts line breaks as an editor does: `\r\n`, `\n` and `\r` each end a line. */
export function countLineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
