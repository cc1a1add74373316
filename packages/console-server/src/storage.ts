import type { Inspection } from '@aws-starter-kit/dynamo';
import pluralize from 'pluralize';
import type { ConsoleStorage } from './description.js';

/** Returns how the entities of a router are stored: `Issue` is the model of `issues`. */
export const modelOf = (router: string, models: readonly Inspection[]): Inspection | undefined =>
  models.find(({ entityName }) => isSame(entityName, pluralize.singular(router)) || isSame(entityName, router));

/** Compares two names without regard to case and to what separates words. */
const isSame = (one: string, other: string) => plain(one) === plain(other);

const plain = (name: string) => name.replaceAll(/[^a-z\d]/gi, '').toLowerCase();

export const storageOf = ({ prefix, uniques, expiry }: Inspection): ConsoleStorage => ({
  prefix,
  uniques: uniques.map(({ name }) => name),
  ...(expiry !== undefined && { expiry }),
});
