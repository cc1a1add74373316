/** Reads a file as text, piece by piece, so that a large one neither fills the memory nor stops the page. */
export async function* textOf(file: Blob, onBytes?: (bytes: number) => void): AsyncGenerator<string> {
  const reader = file.stream().getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true }); // removes the mark at the beginning
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield decode(decoder, value);
      if (done) return;
      bytes += value.byteLength;
      onBytes?.(bytes);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new Error('The file is not in UTF-8: save it as “CSV UTF-8”', { cause });
  }
}
