import { toTimestamp } from '@aws-starter-kit/users';
import * as z from 'zod';

/** A calendar date such as `2024-05-01`. */
export const date = z.iso.date();

/** A date-time with an offset, stored in UTC with milliseconds, so that equal times are equal texts. */
export const dateTime = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());

/** A time in a query: any date or date-time of ISO 8601, in the form of `createdAt`. */
export const timestamp = z.string().transform((text, context) => {
  const time = toTimestamp(text);
  if (time !== undefined) return time;
  context.addIssue('Not an ISO 8601 date or date-time such as 2024-01-01');
  return z.NEVER;
});
