import { stringify } from 'csv-stringify/sync';
import { unsafeCharacters } from './unsafe-characters.js';

export interface CsvTextOptions {
  columns: readonly string[];
  /** Whether the text begins with the header. */
  header: boolean;
}

/**
 * Formats records as CSV that neither a spreadsheet nor a terminal acts on. `csvValue` reverses it:
 *
 * - A value that would be a formula gets a leading apostrophe, and so does one that looks as if it had got one.
 * - A character that a terminal acts on becomes `\u{1b}`. So does a character that would begin a formula
 *   after a delimiter within the value, and a backslash that looks like the start of such an escape.
 */
export function csvText(records: readonly object[], { columns, header }: CsvTextOptions): string {
  return stringify([...records], { header, columns: [...columns], escape_formulas: true, cast: { string: safeValue } });
}

/** Returns the original of a value in CSV. */
export function csvValue(text: string): string {
  const value = escapedFormula.test(text) ? text.slice(1) : text;
  return value.replace(/\\u\{([\da-f]{1,4})\}/g, (sequence, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return isEscaped.test(character) ? character : sequence;
  });
}

const formulaStarts = '=+\\-@\t\r＝＋－＠'; // those of `escape_formulas`
const escapedFormula = new RegExp(`^'+[${formulaStarts}]`);
/** A formula after a line break or a delimiter, for spreadsheets that split values there in spite of the quotes. */
const innerFormula = /(?<=[,;|\t\n\r][ "]*)[=+\-@＝＋－＠]/g;
const isEscaped = new RegExp(`[\\\\${formulaStarts}]|${unsafeCharacters.source}`);

const escapeSequence = (character: string): string => `\\u{${character.charCodeAt(0).toString(16)}}`;

function safeValue(text: string): string {
  const value = text
    .replace(/\\(?=u\{[\da-f]{1,4}\})/g, escapeSequence)
    .replace(innerFormula, escapeSequence)
    .replace(unsafeCharacters, (character, at: number, whole: string) =>
      isLayout(character, whole[at + 1]) ? character : escapeSequence(character),
    );
  return escapedFormula.test(value) ? `'${value}` : value;
}

/** Line feeds, tabs and the CR of a line break are harmless in a quoted value. */
const isLayout = (character: string, next: string | undefined): boolean =>
  character === '\n' || character === '\t' || (character === '\r' && next === '\n');
