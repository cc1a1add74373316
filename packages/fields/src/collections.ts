import * as z from 'zod';
import { line } from './text.js';

const maxElements = 100;

/** A list of up to 100 lines of text, in order. */
export const list = z.array(line).max(maxElements);

const elements = z.array(line).min(1, 'Must not be empty').max(maxElements);

/**
 * A set of 1 to 100 different lines of text, stored as a set of DynamoDB, which cannot be empty. JSON has an array for
 * it; a set is accepted too, so that a value can be parsed twice.
 */
export const set: z.ZodType<ReadonlySet<string>, readonly string[] | ReadonlySet<string>> = z
  .preprocess((value) => (value instanceof Set ? [...value] : value), elements)
  .transform((values) => new Set(values)) as never;

/** Up to 100 lines of text by name. */
export const map = z
  .record(line, line)
  .refine((map) => Object.keys(map).length <= maxElements, `Must have at most ${maxElements} names`);
