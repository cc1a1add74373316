import type { BaseModel } from '@aws-starter-kit/dynamo';
import * as z from 'zod';

const maxEmailLength = 254; // RFC 5321 lets a path be 256 characters long, with its angle brackets
const maxNameLength = 200;

/** The form in which an address is stored, keyed, claimed and compared: trimmed, in lower case. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

const email = z
  .string()
  .trim()
  .max(maxEmailLength, `An address has at most ${maxEmailLength} characters`)
  .pipe(z.email('Not an e-mail address'));
const name = z
  .string()
  .trim()
  .min(1, 'A name must not be empty')
  .max(maxNameLength, `A name has at most ${maxNameLength} characters`)
  .refine((text) => text.isWellFormed(), 'Not valid Unicode');

/** What is needed to create a user. Strict: unknown and managed fields are refused. */
export const createUserSchema = z.strictObject({ email, name });

/** What can be changed of a user; what is left out stays. Strict. */
export const updateUserSchema = z.strictObject({ email: email.optional(), name: name.optional() });

/** A user as it is given out. It accepts whatever text is stored, so that one odd old address never fails a list. */
export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string().optional(),
  version: z.number(),
});

/** A user as it is given out: bare id, address in lower case, ISO 8601 times, version from 1 up. */
export interface User {
  id: string;
  email: string;
  name: string;
  createdAt: string;
  updatedAt?: string;
  version: number;
}

/** A user with what every entity of the table has. */
export interface UserItem extends BaseModel {
  email: string;
  name: string;
}

export type CreateUser = z.infer<typeof createUserSchema>;
export type UpdateUser = z.infer<typeof updateUserSchema>;
