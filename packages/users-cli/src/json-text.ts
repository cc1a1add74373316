import { unsafeCharacters } from './unsafe-characters.js';

/** Returns JSON in which characters that a terminal would act on are escaped; it is parsed to the same value. */
export const jsonText = (value: unknown, options: { columns?: string[]; indent?: number } = {}): string =>
  JSON.stringify(value, options.columns, options.indent).replace(unsafeCharacters, (character) =>
    /[\n\r\t]/.test(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
