import { closeSync, existsSync, ftruncateSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { FileProblem, fileProblem } from './file-problem.js';

/** Where an export goes. */
export interface Sink {
  /** Bytes written so far. */
  readonly bytes: number;
  write(text: string): Promise<void>;
  /** Ends it: the file is whole. */
  finish(): void;
  /** Ends it as it is. */
  abandon(): void;
}

/** While it is written a file has another name: what has the right name is whole. */
export const partOf = (file: string): string => `${file}.part`;

/** Whether an interrupted export can go on: a device or a pipe has no place to go on from. */
export const isResumable = (file: string): boolean => !existsSync(file) || statSync(file).isFile();

/** @param bytes of what an interrupted export has written, what counts */
export function fileSink(file: string, bytes: number): Sink {
  const target = isResumable(file) ? partOf(file) : file;
  let size = bytes;
  try {
    const handle = openSync(target, bytes > 0 ? 'r+' : 'w', 0o600);
    if (bytes > 0) ftruncateSync(handle, bytes);
    return {
      get bytes() {
        return size;
      },
      async write(text) {
        const data = Buffer.from(text);
        try {
          for (let from = 0; from < data.length; )
            from += writeSync(handle, data, from, data.length - from, target === file ? null : size + from);
        } catch (error) {
          throw writeProblem(target, error);
        }
        size += data.length;
      },
      finish() {
        closeSync(handle);
        if (target !== file) renameSync(target, file);
      },
      abandon: () => closeSync(handle),
    };
  } catch (error) {
    throw fileProblem(target, error);
  }
}

/** The standard output, as fast as its reader takes it. */
export function streamSink(stream: NodeJS.WritableStream): Sink {
  let size = 0;
  return {
    get bytes() {
      return size;
    },
    async write(text) {
      await new Promise<void>((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(writeProblem('The output', error)) : resolve()));
      });
      size += Buffer.byteLength(text);
    },
    finish: () => {},
    abandon: () => {},
  };
}

function writeProblem(target: string, error: unknown): unknown {
  const isPart = target.endsWith('.part');
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!/^(ENOSPC|EDQUOT|EFBIG)$/.test(code)) return error;
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EDQUOT'
        ? 'your quota is used up'
        : 'files may not be larger here';
  return new FileProblem(
    `${target} cannot be written: ${why} (${code}). Make room and run the same command${isPart ? ', which goes on from there' : ''}, or name another place`,
    { cause: error },
  );
}
