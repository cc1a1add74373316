import { queryOptions } from '@tanstack/react-query';
import type { Api } from './client.js';
import type { ConsoleEntity } from './description.js';
import { keys } from './keys.js';

/** How many entities there are. A count that is not exact is a lower bound. */
export interface Count {
  readonly count: number;
  readonly isExact: boolean;
}

/** A count reads the whole index, so it is not repeated at each visit. */
const staleMs = 60_000;

/** The query of the number of entities, within a scope if the entity has one. */
export const countOptions = (api: Api, { name, scope: input, count }: ConsoleEntity, scope: string | undefined) =>
  queryOptions({
    queryKey: keys.count(name, scope),
    queryFn: async ({ signal }) =>
      (await api.query(count?.path ?? '', input ? { [input]: scope } : undefined, { signal })) as Count,
    staleTime: staleMs,
  });

/** Returns a count as text: `10,000+` if there are more. */
export const countText = ({ count, isExact }: Count): string => `${count.toLocaleString()}${isExact ? '' : '+'}`;
