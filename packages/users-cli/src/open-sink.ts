import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { FileProblem, fileProblem } from './file-problem.js';
import { openPipe, streamSink } from './pipe-sink.js';
import type { Sink, SinkOptions } from './sink.js';

/** Opens a file, a named pipe or a device; stdout if there is no file. */
export async function openSink(file: string | undefined, { bytes, signal, onWait }: SinkOptions): Promise<Sink> {
  if (file === undefined) return streamSink(process.stdout, signal);
  if (isResumable(file)) return fileSink(file, bytes);
  try {
    if (statSync(file).isFIFO()) return streamSink(await openPipe(file, { signal, onWait }), signal);
    return handleSink(openSync(file, 'w'), file);
  } catch (error) {
    throw fileProblem(file, error);
  }
}

/** Returns whether an interrupted export can be resumed, which a device or a pipe cannot. */
export const isResumable = (file: string): boolean => !existsSync(file) || statSync(file).isFile();

/** Returns whether the output of an interrupted export still has these bytes. */
export function hasPart(file: string, bytes: number): boolean {
  const part = lstatSync(partOf(file), { throwIfNoEntry: false });
  return part?.isFile() === true && part.size >= bytes;
}

/** The name of an incomplete file. */
const partOf = (file: string): string => `${file}.part`;

/** Writes to `<file>.part`, readable by its owner only, and follows no link of that name. */
function fileSink(file: string, bytes: number): Sink {
  const part = partOf(file);
  try {
    if (bytes === 0) rmSync(part, { force: true }); // of an earlier export; of a link, only the link
    const { O_RDWR, O_NOFOLLOW, O_CREAT, O_EXCL } = constants;
    const handle = openSync(part, O_RDWR | O_NOFOLLOW | (bytes > 0 ? 0 : O_CREAT | O_EXCL), 0o600);
    fchmodSync(handle, 0o600);
    ftruncateSync(handle, bytes);
    return handleSink(handle, part, { start: bytes, onFinish: () => renameSync(part, file) });
  } catch (error) {
    throw fileProblem(part, error);
  }
}

interface HandleOptions {
  /** Where to write in a file. @default wherever a device does */
  start?: number;
  onFinish?: () => void;
}

function handleSink(handle: number, name: string, { start, onFinish }: HandleOptions = {}): Sink {
  let size = start ?? 0;
  return {
    get bytes() {
      return size;
    },
    async write(text) {
      const data = Buffer.from(text);
      try {
        for (let from = 0; from < data.length; )
          from += writeSync(handle, data, from, data.length - from, start === undefined ? null : size + from);
      } catch (error) {
        throw writeProblem(name, error);
      }
      size += data.length;
    },
    finish() {
      closeSync(handle);
      onFinish?.();
    },
    abandon: () => closeSync(handle),
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
        ? 'your quota is exceeded'
        : 'the maximum file size is reached';
  return new FileProblem(
    `${target} cannot be written: ${why} (${code}). Free some space and run the same command again${isPart ? ', which resumes' : ''}, or choose another place`,
    { cause: error },
  );
}
