import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { FileProblem, fileProblem } from './file-problem.js';

export interface TextOptions {
  /** Sees each piece of the file as it is read. */
  onChunk?: ((chunk: Buffer) => void) | undefined;
}

/** The text of a file, piece by piece; without a byte order mark. @throws FileProblem where it is not UTF-8, with the line */
export async function* fileText(file: string, { onChunk }: TextOptions = {}): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let isFirst = true;
  const decode = (chunk?: Buffer) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new FileProblem(notUtf8(file, lineOfBadByte(chunk, line)), { cause });
    }
  };
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (isFirst) refuseOtherKinds(file, chunk);
      isFirst = false;
      onChunk?.(chunk);
      const text = decode(chunk);
      line += newlines(chunk);
      yield text;
    }
  } catch (error) {
    throw fileProblem(file, error);
  }
  yield decode();
}

const notUtf8 = (file: string, line: number) =>
  `${file} is not UTF-8 (line ${line}): save it as UTF-8, or if it is Latin-1: iconv -f latin1 -t utf-8 '${file}' > utf8.csv`;

function refuseOtherKinds(file: string, [a, b, c]: Buffer): void {
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw new FileProblem(`${file} is UTF-16: save it as UTF-8, or: iconv -f utf-16 -t utf-8 '${file}' > utf8.csv`);
  if (a === 0x50 && b === 0x4b && c === 0x03)
    throw new FileProblem(`${file} is a workbook or another archive: save it as "CSV UTF-8" and give that file`);
  if (a === 0x1f && b === 0x8b) throw new FileProblem(`${file} is compressed: gunzip it first`);
}

const newline = 0x0a;

/** Of a piece that is known to be bad. */
function lineOfBadByte(chunk: Buffer | undefined, firstLine: number): number {
  let line = firstLine;
  let from = chunk?.findIndex((byte) => (byte & 0xc0) !== 0x80) ?? 0; // the piece may begin within a character
  for (let at = chunk?.indexOf(newline) ?? -1; chunk && at !== -1; at = chunk.indexOf(newline, from)) {
    if (!isUtf8(chunk.subarray(from, at))) break;
    from = at + 1;
    line++;
  }
  return line;
}

function newlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) count++;
  return count;
}
