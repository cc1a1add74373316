import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sink, SinkOptions } from './sink.js';

/** Writes to a stream, as fast as its reader reads. The signal ends a write that its reader does not take. */
export function streamSink(stream: NodeJS.WritableStream, signal?: AbortSignal): Sink {
  let size = 0;
  return {
    get bytes() {
      return size;
    },
    async write(text) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => reject(signal?.reason);
        signal?.addEventListener('abort', onAbort, { once: true });
        stream.write(text, (error) => {
          signal?.removeEventListener('abort', onAbort);
          if (error) reject(error);
          else resolve();
        });
      });
      size += Buffer.byteLength(text);
    },
    finish() {
      if (stream instanceof Socket && stream !== process.stdout) stream.end();
    },
    abandon() {
      if (stream instanceof Socket && stream !== process.stdout) stream.destroy();
    },
  };
}

const pollMs = 100;

/**
 * Opens a named pipe for writing, once it has a reader. Opening it the usual way would block a thread until then, and
 * with it the end of the process.
 */
export async function openPipe(file: string, { signal, onWait }: Omit<SinkOptions, 'bytes'>): Promise<Socket> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      const fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
      const socket = new Socket({ fd, readable: false, writable: true });
      socket.on('error', () => {}); // the callback of the write gets it
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error; // no reader
    }
    if (isFirst) onWait?.();
    await sleep(pollMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}
