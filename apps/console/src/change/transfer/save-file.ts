/** Time for the browser to begin the download, in milliseconds. */
const revokeMs = 60_000;

/** Saves parts of a text as a file of the user. */
export function saveFile(parts: readonly string[], name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), revokeMs);
}
