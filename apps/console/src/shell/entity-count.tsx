import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import { type ConsoleEntity, useMayCall } from '../api/description.js';
import { keys } from '../api/keys.js';

interface EntityCountProps {
  readonly entity: ConsoleEntity;
  readonly scope?: string | undefined;
}

/** A count reads the whole index, so it is not repeated at each visit. */
const staleMs = 60_000;

/** How many entities there are, once known. It shows nothing where the caller may not know. */
export function EntityCount({ entity, scope }: EntityCountProps) {
  const api = useApi();
  const { count } = entity;
  const isReadable = useMayCall()(count) && (!entity.scope || scope !== undefined);
  const { data } = useQuery({
    queryKey: keys.count(entity.name, scope),
    queryFn: ({ signal }) =>
      api.query(count?.path ?? '', entity.scope ? { [entity.scope]: scope } : undefined, { signal }) as Promise<Count>,
    enabled: isReadable,
    staleTime: staleMs,
  });
  if (!data) return null;
  return (
    <span className="count">
      {data.count.toLocaleString()}
      {!data.isExact && '+'}
    </span>
  );
}

interface Count {
  readonly count: number;
  readonly isExact: boolean;
}
