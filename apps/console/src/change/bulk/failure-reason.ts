import { describeError } from '../../api/errors.js';

/** Returns why a row failed, in one line: the problems of its values, or what the API says. */
export function failureReason(error: unknown): string {
  const { title, message, fieldErrors } = describeError(error);
  const problems = Object.entries(fieldErrors ?? {}).map(([path, texts]) => `${path}: ${texts.join(', ')}`);
  if (problems.length > 0) return problems.join('; ');
  return title === message ? title : `${title}: ${message}`;
}
