/** Returns a time of ISO 8601 as an input of the type `datetime-local` takes it; undefined for another text. */
export function toLocalText(iso: string): string | undefined {
  const time = new Date(iso);
  if (!/^\d{4}-\d\d-\d\dT/.test(iso) || Number.isNaN(time.getTime())) return undefined;
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, local.endsWith('.000Z') ? 19 : 23);
}

/** Returns the time of an input of the type `datetime-local` in UTC; '' for an incomplete one. */
export function fromLocalText(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

/** The name of the user's time zone, such as `Europe/Berlin`. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
