import * as z from 'zod';

/** A number that JavaScript holds exactly: whole numbers up to 2^53 - 1. */
export const decimal = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

/** A whole number up to 2^53 - 1. */
export const integer = z.int();
