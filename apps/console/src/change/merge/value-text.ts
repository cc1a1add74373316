/** Returns a value as it is shown beside others. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (typeof value === 'string') return value === '' ? 'empty text' : value;
  return JSON.stringify(value, null, typeof value === 'object' ? 1 : 0);
}
