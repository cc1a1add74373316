import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import { countOptions, countText } from '../api/counts.js';
import { type ConsoleEntity, useMayCall } from '../api/description.js';

interface EntityCountProps {
  readonly entity: ConsoleEntity;
  readonly scope?: string | undefined;
}

/** How many entities there are, once known. It shows nothing where the caller may not know. */
export function EntityCount({ entity, scope }: EntityCountProps) {
  const api = useApi();
  const isReadable = useMayCall()(entity.count) && (!entity.scope || scope !== undefined);
  const { data } = useQuery({ ...countOptions(api, entity, scope), enabled: isReadable });
  return data ? <span className="count">{countText(data)}</span> : null;
}
