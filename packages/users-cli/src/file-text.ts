import { isUtf8 } from 'node:buffer';
import { createReadStream, statSync } from 'node:fs';
import { FileProblem, fileProblem } from './file-problem.js';
import { countLineBreaks } from './line-breaks.js';

export interface TextOptions {
  /** Called with each chunk as it is read. */
  onChunk?: ((chunk: Buffer) => void) | undefined;
}

/**
 * Reads the text of a file in chunks, without a byte order mark.
 *
 * @throws FileProblem if it is not UTF-8, with the line
 */
export async function* fileText(file: string, { onChunk }: TextOptions = {}): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let isFirst = true;
  let endsWithReturn = false;
  const decode = (chunk?: Buffer) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new FileProblem(notUtf8(file, chunk ? line + countLineBreaks(validStart(chunk)) : line), { cause });
    }
  };
  try {
    checkIsFile(file);
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (isFirst) rejectOtherKinds(file, chunk);
      isFirst = false;
      onChunk?.(chunk);
      if (endsWithReturn && chunk[0] === newline) line--; // one line break, cut in two
      const text = decode(chunk);
      line += countLineBreaks(text);
      endsWithReturn = text.endsWith('\r');
      yield text;
    }
  } catch (error) {
    throw fileProblem(file, error);
  }
  yield decode();
}

const newline = 0x0a;

/** An import reads its file twice, and may read it again after an interruption. */
function checkIsFile(file: string): void {
  const stats = statSync(file);
  if (!stats.isFile() && !stats.isDirectory())
    throw new FileProblem(`${file} is a pipe or a device, and an import reads its file twice: save it to a file first`);
}

const notUtf8 = (file: string, line: number) =>
  `${file} is not UTF-8 (line ${line}): save it as UTF-8, or if it is Latin-1: iconv -f latin1 -t utf-8 '${file}' > utf8.csv`;

function rejectOtherKinds(file: string, [a, b, c]: Buffer): void {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new FileProblem(`${file} is UTF-16: save it as UTF-8, or: iconv -f utf-16 -t utf-8 '${file}' > utf8.csv`);
  if (a === 0x50 && b === 0x4b && c === 0x03)
    throw new FileProblem(`${file} is a workbook or another archive: save it as "CSV UTF-8" and import that file`);
  if (a === 0x1f && b === 0x8b) throw new FileProblem(`${file} is compressed: unpack it with gunzip first`);
}

/** The lines of a chunk before the first one that is not UTF-8. */
function validStart(chunk: Buffer): string {
  const from = chunk.findIndex((byte) => (byte & 0xc0) !== 0x80); // the chunk may begin within a character
  const lines = chunk.toString('latin1', Math.max(from, 0)).split(/(?<=\r\n|\n|\r(?!\n))/);
  const firstBad = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  return lines.slice(0, firstBad).join('');
}
