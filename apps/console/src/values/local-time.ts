/** Returns a time as inputs of the type `datetime-local` have it, in the reader's zone; empty for a text that is none. */
export function toLocalInput(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.valueOf())) return '';
  const local = new Date(time.valueOf() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().replace(/(:00)?\.000Z$|Z$/, '');
}

/** Returns the value of such an input in ISO 8601; empty for an empty one. */
export function fromLocalInput(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.valueOf()) ? '' : time.toISOString();
}
