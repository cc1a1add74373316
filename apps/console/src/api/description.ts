import type { ConsoleDescription, ConsoleEntity, ConsoleProcedure } from '@aws-starter-kit/console-server/description';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useApi } from './api-context.js';
import type { Api } from './client.js';

export type {
  ConsoleDescription,
  ConsoleEntity,
  ConsoleExamination,
  ConsoleList,
  ConsoleLookUp,
  ConsoleMetrics,
  ConsoleMinute,
  ConsoleProcedure,
  ConsoleTable,
  JsonSchema,
  StoredAs,
} from '@aws-starter-kit/console-server/description';

/** An entity as the API answers it. All have these attributes; the schema has the others. */
export interface Entity {
  readonly id: string;
  readonly version?: number;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly [attribute: string]: unknown;
}

/** The query of what the console shows. It changes only with a new version of the API, or with another token. */
export const descriptionOptions = (api: Api) =>
  queryOptions({
    queryKey: ['description'],
    queryFn: async ({ signal }) => (await api.resource('description', { signal })) as ConsoleDescription,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Returns what the console shows. */
export const useDescription = (): ConsoleDescription => useSuspenseQuery(descriptionOptions(useApi())).data;

/** Returns an entity by the name of its router; undefined if the API has none of this name. */
export const useEntity = (name: string): ConsoleEntity | undefined =>
  useDescription().entities.find((entity) => entity.name === name);

/** Returns whether the caller's token has the permission that a procedure needs. Its roles are known to the API only. */
export function useMayCall(): (procedure: ConsoleProcedure | undefined) => boolean {
  const { permissions } = useDescription();
  return (procedure) =>
    procedure !== undefined && (procedure.needs === undefined || permissions.includes(procedure.needs));
}
