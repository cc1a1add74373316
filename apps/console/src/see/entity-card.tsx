import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../api/api-context.js';
import { countOptions, countText } from '../api/counts.js';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';
import { ErrorNote } from '../components/error-note.js';
import { Skeleton } from '../components/loading.js';
import { CreationsChart } from './creations-chart.js';
import { entityLabel } from './entity-label.js';
import { creationTimes, newestListOf } from './newest-list.js';
import { PermissionNote } from './permission-note.js';
import { StatusCounts } from './status-counts.js';
import { useNewest } from './use-newest.js';

interface EntityCardProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

const shownNewest = 5;

/** An entity at a glance: its count, creations over time, counts by status and the newest ones. */
export function EntityCard({ entity, scope }: EntityCardProps) {
  const mayCall = useMayCall();
  const list = newestListOf(entity) ?? entity.lists[0];
  const isScopeMissing = entity.scope !== undefined && scope === undefined;
  return (
    <section className="card" aria-label={entity.title}>
      <header className="card-header">
        <h2>
          <Link
            to="/e/$entity"
            params={{ entity: entity.name }}
            search={entity.scope && scope !== undefined ? { scope } : {}}
          >
            {entity.title}
          </Link>
        </h2>
        {!isScopeMissing && mayCall(entity.count) && <CardCount entity={entity} scope={scope} />}
      </header>
      {isScopeMissing ? (
        <p className="card-note">
          You have no {entity.scope?.replace(/Id$/, '')} whose {entity.title.toLowerCase()} could be shown.
        </p>
      ) : list && !mayCall(list) ? (
        <PermissionNote needs={list.needs} to={`see ${entity.title.toLowerCase()}`} />
      ) : (
        <CardContent entity={entity} scope={scope} />
      )}
    </section>
  );
}

function CardCount({ entity, scope }: EntityCardProps) {
  const { data, error, isPending } = useQuery(countOptions(useApi(), entity, scope));
  if (isPending) return <span className="card-count">…</span>;
  return error ? (
    <span className="card-note">The count failed</span>
  ) : (
    <span className="card-count">{countText(data)}</span>
  );
}

function CardContent({ entity, scope }: EntityCardProps) {
  const list = newestListOf(entity);
  const newest = useNewest(entity, list, scope);
  const { entities, error, isPending, isFilling, hasNextPage, isFetchingNextPage, dataUpdatedAt } = newest;
  if (!list) return <p className="card-note">The API has no list of these by time.</p>;
  if (error && entities.length === 0)
    return <ErrorNote error={error} needs={list.needs} retry={() => newest.refetch()} />;
  if (isPending) return <Skeleton lines={6} />;
  if (entities.length === 0) return <p className="card-note">There are none yet.</p>;
  return (
    <>
      <CreationsChart
        {...{ entity, entities }}
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage || isFilling}
        loadedAt={dataUpdatedAt}
        onMore={newest.loadMore}
      />
      <StatusCounts entity={entity} scope={scope} entities={entities} />
      <Newest entity={entity} scope={scope} entities={entities.slice(0, shownNewest)} />
    </>
  );
}

interface NewestProps extends EntityCardProps {
  readonly entities: readonly Entity[];
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A list in another order than that of creation is called what it is. */
const Newest = ({ entity, scope, entities }: NewestProps) => (
  <div>
    <h3 className="card-subtitle">{creationTimes(entities) ? 'Newest' : 'First of the list'}</h3>
    <ul className="newest">
      {entities.map((one) => (
        <li key={one.id}>
          <Link
            to="/e/$entity/$id"
            params={{ entity: entity.name, id: one.id }}
            search={entity.scope && scope !== undefined ? { scope } : {}}
          >
            {entityLabel(one)}
          </Link>
          {one.createdAt && <time dateTime={one.createdAt}>{dateTime.format(new Date(one.createdAt))}</time>}
        </li>
      ))}
    </ul>
  </div>
);
