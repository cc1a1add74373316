import type { BaseModel } from '@aws-starter-kit/dynamo/model';
import * as z from 'zod';

const maxEmailLength = 254; // RFC 5321 allows paths of 256 characters, two of which are angle brackets
const maxLocalPartLength = 64; // RFC 5321, 4.5.3.1.1
const maxNameLength = 200;

/**
 * Returns the form in which an email is stored, indexed, claimed and compared: trimmed and lower-cased, both within
 * ASCII. Unicode's rules would turn some emails into others: the Kelvin sign is a `k` in lower case, and a byte order
 * mark counts as a space.
 */
export function normaliseEmail(email: string): string {
  const trimmed = trimAscii(email);
  return /[A-Z]/.test(trimmed) ? trimmed.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : trimmed;
}

/**
 * Returns the form in which emails are compared for access; undefined for one that is not plain ASCII, or has spaces.
 * An issuer may have verified an email that only looks like another one.
 */
export const comparableEmail = (email: string): string | undefined =>
  /^[!-~]+$/.test(email) ? normaliseEmail(email) : undefined;

const trimAscii = (text: string): string =>
  /^[\t-\r ]|[\t-\r ]$/.test(text) ? text.replace(/^[\t-\r ]+/, '').replace(/(?<![\t-\r ])[\t-\r ]+$/, '') : text;

/**
 * The emails that both RFC 5321 and browsers (`<input type="email">`) accept. So there are no quoted local parts,
 * comments or IP addresses, and internationalised domains are in ASCII (`xn--…`). The domain must have a dot: RFC 5321
 * (2.3.5) wants it to be fully qualified.
 */
const emailPattern =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$/;

const email = z
  .string()
  .overwrite(trimAscii)
  .max(maxEmailLength, `An email has at most ${maxEmailLength} characters`)
  .pipe(
    z
      .email({ pattern: emailPattern, error: 'Not a valid email' })
      .refine(
        (text) => text.indexOf('@') <= maxLocalPartLength,
        `At most ${maxLocalPartLength} characters before the @`,
      ),
  );
const name = z
  .string()
  .trim()
  .min(1, 'A name must not be empty')
  .max(maxNameLength, `A name has at most ${maxNameLength} characters`)
  .refine((text) => text.isWellFormed(), 'Not valid Unicode');

/** The attributes of a new user. Unknown and managed fields are rejected. */
export const createUserSchema = z.strictObject({ email, name });

/** The changes of a user; absent fields stay as they are. Unknown and managed fields are rejected. */
export const updateUserSchema = z.strictObject({ email: email.optional(), name: name.optional() });

/** A user as every write of this package leaves it, with any text as email and name. `pnpm db:doctor` reports other items. */
export const completeUserSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string().optional(),
  version: z.number(),
});

const { shape } = completeUserSchema;

/**
 * A user as returned to callers. The schema accepts every stored item, and any text. Where an item of another system
 * lacks a value or holds another type, texts become '', `version` becomes 0, and `updatedAt` is left out.
 */
export const userSchema = z.object({
  id: shape.id,
  email: shape.email.catch(''),
  name: shape.name.catch(''),
  createdAt: shape.createdAt.catch(''),
  updatedAt: shape.updatedAt.catch(undefined),
  version: shape.version.catch(0),
});

/**
 * A user: unprefixed id, normalised email, times in ISO 8601, version from 1 up. `email` and `name` are not optional,
 * since each write of this package sets both. For an item of another system that lacks one, or holds it in another
 * type, the API returns '' (see `userSchema`), and the methods of UserService return what is stored.
 */
export interface User {
  id: string;
  email: string;
  name: string;
  createdAt: string;
  updatedAt?: string;
  version: number;
}

/** A user with the managed attributes of every entity. */
export interface UserItem extends BaseModel {
  email: string;
  name: string;
}

/** The fields of a new user. */
export type CreateUser = z.infer<typeof createUserSchema>;
/** The fields of a user to change. Those that are missing stay. */
export type UpdateUser = z.infer<typeof updateUserSchema>;
