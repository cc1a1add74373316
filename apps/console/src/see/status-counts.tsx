import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';
import { keys } from '../api/keys.js';
import { BarTable } from './chart/bar-table.js';
import { pageSize, type StatusAttribute, statusAttributeOf } from './newest-list.js';

interface StatusCountsProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The newest entities, for an attribute by which no list is filtered. */
  readonly entities: readonly Entity[];
}

/** Counts by the first attribute with an enum. It shows nothing for an entity without one. */
export function StatusCounts({ entity, scope, entities }: StatusCountsProps) {
  const status = statusAttributeOf(entity);
  const mayCall = useMayCall();
  if (!status) return null;
  return mayCall(status.list) ? (
    <ListCounts entity={entity} scope={scope} status={status} />
  ) : (
    <LoadedCounts status={status} entities={entities} />
  );
}

interface ListCountsProps extends Omit<StatusCountsProps, 'entities'> {
  readonly status: StatusAttribute;
}

/** Counts the first page of the list of each value: the API has no count by value. */
function ListCounts({ entity, scope, status: { name, values, list } }: ListCountsProps) {
  const api = useApi();
  const path = list?.path ?? '';
  const { data } = useQuery({
    queryKey: [...keys.entity(entity.name), 'counts', path, name, scope],
    queryFn: ({ signal }) =>
      Promise.all(
        values.map(async (value) => {
          const input = { ...(entity.scope && { [entity.scope]: scope }), [name]: value, limit: pageSize };
          const page = (await api.query(path, input, { signal })) as { items: unknown[]; nextCursor?: string };
          const count = page.items.length;
          return { name: value, count, text: `${count.toLocaleString()}${page.nextCursor ? '+' : ''}` };
        }),
      ),
    staleTime: 60_000,
  });
  if (!data) return null;
  const isCapped = data.some(({ text }) => text.endsWith('+'));
  return (
    <BarTable
      caption={`By ${name}`}
      rows={data}
      note={`From the list by ${name}${isCapped ? `: ${pageSize}+ means that it has more than a page` : ''}.`}
    />
  );
}

interface LoadedCountsProps {
  readonly status: StatusAttribute;
  readonly entities: readonly Entity[];
}

function LoadedCounts({ status: { name, values }, entities }: LoadedCountsProps) {
  if (entities.length === 0) return null;
  const rows = values.map((value) => {
    const count = entities.filter((entity) => entity[name] === value).length;
    return { name: value, count, text: count.toLocaleString() };
  });
  return <BarTable caption={`By ${name}`} rows={rows} note={`Among the newest ${entities.length.toLocaleString()}.`} />;
}
