import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity, Entity } from '../api/description.js';
import { scopeInput } from '../api/entity-query.js';
import { keys } from '../api/keys.js';
import { canRevertTo } from '../change/can-revert-to.js';
import { RevertButton } from '../change/revert-button.js';
import { Button } from '../components/button.js';
import { Empty } from '../components/empty.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';
import { Select } from '../components/select.js';
import type { PageSearch } from '../search/search-params.js';
import { formatTime } from '../values/format-value.js';
import { Differences } from './differences.js';

/** A kept version, as `versionsOf` has it: its entity is null if it is a deletion. */
interface KeptVersion {
  readonly version: number;
  readonly at: string;
  readonly entity: Entity | null;
}

interface VersionsPage {
  readonly items: readonly KeptVersion[];
  readonly nextCursor?: string;
}

interface HistoryTabProps {
  readonly entity: ConsoleEntity;
  readonly id: string;
  readonly scope: string | undefined;
  /** Absent if it is deleted. */
  readonly value: Entity | undefined;
}

/** The kept versions of an entity, the latest first, and what has changed between two. */
export function HistoryTab({ entity, id, scope, value }: HistoryTabProps) {
  const api = useApi();
  const { from, to } = useSearch({ from: '/e/$entity/$id' });
  const navigate = useNavigate({ from: '/e/$entity/$id' });
  const path = entity.versions?.path ?? '';
  const query = useInfiniteQuery({
    queryKey: keys.versions(entity.name, id, scope),
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === undefined ? {} : { cursor: pageParam };
      return (await api.query(path, { id, ...scopeInput(entity, scope), ...cursor }, { signal })) as VersionsPage;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (query.isPending) return <Loading label="Loading the history" />;
  const { error, data } = query;
  const versions = data?.pages.flatMap(({ items }) => items) ?? [];
  // several lives of an id have versions of the same number: the time tells them apart
  const after = versions.find(({ at }) => at === to) ?? versions[0];
  const before = versions.find(({ at }) => at === from) ?? (after && versions[versions.indexOf(after) + 1]);
  const options = versions.map(({ version, at, entity: kept }) => ({
    value: at,
    label: `${version}${kept ? '' : ' (deleted)'} · ${formatTime(at)}`,
  }));
  const compare = (change: { from?: string; to?: string }) =>
    void navigate({ search: (search: PageSearch) => ({ ...search, ...change }), replace: true });
  return (
    <>
      {error && <ErrorNote error={error} retry={() => void query.refetch()} needs={entity.versions?.needs} />}
      {versions.length === 0 && !error && <Empty title="No version has been kept yet." />}
      {after && (
        <section aria-labelledby="compared">
          <h2 id="compared">Compare</h2>
          <div className="list-controls">
            <Select
              label="Version"
              value={before?.at ?? ''}
              options={options}
              onChange={(at) => compare({ from: at })}
            />
            <Select label="With version" value={after.at} options={options} onChange={(at) => compare({ to: at })} />
          </div>
          <Differences schema={entity.schema} before={before?.entity ?? null} after={after.entity} />
        </section>
      )}
      <ol className="versions" aria-label="Versions">
        {versions.map(({ version, at, entity: kept }, place) => (
          <li key={at} className="version">
            <span className="version-name">
              Version {version}
              {!kept && ' (deleted)'}
            </span>
            <time dateTime={at}>{formatTime(at)}</time>
            <Button onClick={() => compare({ from: versions[place + 1]?.at ?? at, to: at })}>
              <span>
                What changed<span className="visually-hidden"> in version {version}</span>
              </span>
            </Button>
            {canRevertTo(kept, value, versions) && (
              <RevertButton entity={entity} id={id} scope={scope} value={value} version={version} />
            )}
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button isPending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older versions
        </Button>
      )}
    </>
  );
}
