const zonePart = String.raw`([Zz]|[+-]\d\d(?::?\d\d)?)?`;
const secondPart = String.raw`(\d\d)(?:[.,](\d+))?`;
/** Extended and basic format, which are not mixed: 2024-01-01T10:30:15Z, 20240101T103015Z. */
const shapes = [
  new RegExp(String.raw`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt](\d\d)(?::(\d\d)(?::${secondPart})?)?${zonePart})?)?)?$`),
  new RegExp(String.raw`^(\d{4})(\d\d)(\d\d)(?:[Tt](\d\d)(?:(\d\d)(?:${secondPart})?)?${zonePart})?$`),
];

/**
 * An ISO 8601 date or date-time in the form of `createdAt`: UTC, milliseconds. A date alone is midnight UTC, a time without offset is UTC;
 * digits past milliseconds are cut off.
 * @returns undefined for anything else, the 30th of February among it
 */
export function toTimestamp(text: string): string | undefined {
  const match = shapes.map((shape) => shape.exec(text)).find(Boolean);
  if (!match) return undefined;
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const time = Date.parse(local);
  if (Number.isNaN(time) || new Date(time).toISOString() !== local) return undefined; // rolled over: no such day or hour
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const utc = new Date(time - offset * 60_000).toISOString();
  return utc.length === local.length ? utc : undefined; // past the years 0000 to 9999
}

function offsetMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
