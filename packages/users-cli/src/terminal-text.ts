/**
 * Replaces control and format characters, which could move the cursor or change the order of the text. Line feeds stay,
 * since a message may have several lines.
 */
export const terminalText = (text: string): string => text.replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
