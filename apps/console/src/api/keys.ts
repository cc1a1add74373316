/**
 * Keys of React Query. All that belong to an entity begin with its name, so that a change invalidates them together:
 * `queryClient.invalidateQueries({ queryKey: keys.entity('users') })`.
 */
export const keys = {
  entity: (name: string) => ['entity', name] as const,
  list: (name: string, path: string, input: unknown) => ['entity', name, 'list', path, input] as const,
  one: (name: string, id: string, scope?: string) => ['entity', name, 'one', id, scope ?? ''] as const,
  count: (name: string, scope?: string) => ['entity', name, 'count', scope ?? ''] as const,
  versions: (name: string, id: string, scope?: string) => ['entity', name, 'versions', id, scope ?? ''] as const,
  storage: (name: string, value: unknown) => ['entity', name, 'storage', value] as const,
};
