/** Longest answer of an issuer. Those in use have some 10 KB. */
const maxBytes = 1_048_576;

/** Fetches a URL whose answer is 200 and at most 1 MB: an endless one would take all memory. */
export async function fetchOk(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const { status, body } = response;
  if (status !== 200) {
    await body?.cancel();
    throw new Error(`${url} answers ${status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${url} answers with more than ${maxBytes} bytes`); // ends the request too
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks));
}
