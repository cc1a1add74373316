import * as z from 'zod';

/** With three bytes per character and its prefix, it fits into a sort key (1,024 bytes). */
const maxLineLength = 200;
const maxTextLength = 10_000;

const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'Must not be empty')
    .max(maxLength, `Must have at most ${maxLength} characters`)
    .refine((text) => text.isWellFormed(), 'Not valid Unicode');

/** A text of 1 to 200 characters, trimmed. It fits into an index key. */
export const line = text(maxLineLength);

/** A text of 1 to 10,000 characters, trimmed. */
export const longText = text(maxTextLength);

/** The id of another entity, which is stored without its prefix (`ORDER#`). */
export const id = (prefix: string) =>
  z
    .string()
    .min(1)
    .max(maxLineLength)
    .refine((id) => id.isWellFormed(), 'Not valid Unicode')
    .transform((id) => (id.startsWith(prefix) ? id.slice(prefix.length) : id));
