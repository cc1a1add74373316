import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';

interface Scopes {
  /** Absent while they are not known. */
  readonly scopes?: readonly { readonly id: string; readonly name: string }[] | undefined;
  readonly error: unknown;
  /** The input that names the scope: `organisationId`. */
  readonly input?: string | undefined;
}

/** The scopes of the caller in which these entities are: one choice holds for all of them. */
export function useScopes(entities: readonly ConsoleEntity[]): Scopes {
  const api = useApi();
  const mayCall = useMayCall();
  const scoped = entities.find(({ scope, scopes }) => scope !== undefined && mayCall(scopes));
  const path = scoped?.scopes?.path;
  const { data, error } = useQuery({
    queryKey: ['scopes', path],
    queryFn: async ({ signal }) => (await api.query(path ?? '', undefined, { signal })) as readonly Entity[],
    select: (found) => found.map(({ id, name }) => ({ id, name: typeof name === 'string' ? name : id })),
    enabled: path !== undefined,
    staleTime: 60_000,
  });
  return { scopes: data, error, input: scoped?.scope };
}
