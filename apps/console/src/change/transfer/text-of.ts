interface TextOptions {
  /** Called with the number of bytes that have been read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** @default 65,536 */
  readonly pieceBytes?: number;
}

/** The longest time between two pauses, in milliseconds. */
const longestWorkMs = 20;

/**
 * Reads a file as text, piece by piece, so that a large one neither fills the memory nor stops the page. Slices have
 * the same size in each browser; the pieces of a stream are as large as the browser likes.
 */
export async function* textOf(file: Blob, { onBytes, pieceBytes = 65_536 }: TextOptions = {}): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true }); // removes the mark at the beginning
  let pausedAt = performance.now();
  for (let at = 0; at < file.size; at += pieceBytes) {
    const end = Math.min(file.size, at + pieceBytes);
    yield decode(decoder, await file.slice(at, end).arrayBuffer(), end < file.size);
    onBytes?.(end);
    if (performance.now() - pausedAt < longestWorkMs) continue;
    await new Promise((resolve) => setTimeout(resolve)); // a file in memory is read without any event in between
    pausedAt = performance.now();
  }
}

function decode(decoder: TextDecoder, bytes: ArrayBuffer, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new Error('The file is not in UTF-8: save it as “CSV UTF-8”', { cause });
  }
}
