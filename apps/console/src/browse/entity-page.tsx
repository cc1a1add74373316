import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity, Entity } from '../api/description.js';
import { entityOptions, lookUpById } from '../api/entity-query.js';
import { describeError } from '../api/errors.js';
import { EntityActions } from '../change/entity-actions.js';
import { Empty } from '../components/empty.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';
import { PageHeader } from '../components/page-header.js';
import { TabLinks } from '../components/tab-links.js';
import { custom } from '../custom.js';
import { type Tab, tabs } from '../search/search-params.js';
import { formatCell } from '../values/format-value.js';
import { wordsOf } from '../values/words.js';
import { Attributes } from './attributes.js';
import { titleAttribute } from './columns.js';

const HistoryTab = lazy(() => import('./history-tab.js').then((module) => ({ default: module.HistoryTab })));
const StorageTab = lazy(() => import('./storage-tab.js').then((module) => ({ default: module.StorageTab })));

interface EntityPageProps {
  readonly entity: ConsoleEntity;
  readonly id: string;
}

/** The page of one entity. A deleted one has its history only. */
export function EntityPage({ entity, id }: EntityPageProps) {
  const { scope, tab: wanted } = useSearch({ from: '/e/$entity/$id' });
  const query = useQuery(entityOptions(useApi(), entity, id, scope));
  const { data: value, error } = query;
  const isGone = error !== null && describeError(error).kind === 'notFound' && value === undefined;
  const shown = tabs.filter((tab) => has(entity, tab) && (tab === 'history' || !isGone));
  const tab = shown.find((one) => one === wanted) ?? shown[0];
  const title = (value && formatCell(value[titleAttribute(entity.schema) ?? 'id'])) || id;
  return (
    <>
      <nav aria-label="Path" className="path">
        <Link to="/e/$entity" params={{ entity: entity.name }} search={scope === undefined ? {} : { scope }}>
          {entity.title}
        </Link>
      </nav>
      <PageHeader title={title} note={value?.version !== undefined && `Version ${value.version}`}>
        {value && <EntityActions entity={entity} value={value} scope={scope} />}
      </PageHeader>
      {isGone ? (
        <Empty title={`There is no ${entity.singular} with this ID. It may have been deleted.`} />
      ) : (
        error && <ErrorNote error={error} retry={() => void query.refetch()} needs={lookUpById(entity)?.needs} />
      )}
      {shown.length > 1 && (
        <TabLinks label={`Parts of the ${entity.singular}`}>
          {shown.map((one) => (
            <Link
              key={one}
              to="/e/$entity/$id"
              params={{ entity: entity.name, id }}
              search={{ ...(scope !== undefined && { scope }), tab: one }}
              aria-current={one === tab ? 'page' : undefined}
              className="tab"
            >
              {wordsOf(one)}
            </Link>
          ))}
        </TabLinks>
      )}
      {query.isPending && !isGone && <Loading label={`Loading the ${entity.singular}`} />}
      <Suspense fallback={<Loading />}>
        {value && tab === 'attributes' && <Body entity={entity} value={value} />}
        {value && tab === 'storage' && <StorageTab entity={entity} value={value} />}
        {tab === 'history' && <HistoryTab entity={entity} id={id} scope={scope} value={value} />}
      </Suspense>
    </>
  );
}

/** A project's own page, or all attributes. */
function Body({ entity, value }: { readonly entity: ConsoleEntity; readonly value: Entity }) {
  const Page = custom[entity.name]?.page;
  return Page ? <Page entity={entity} value={value} /> : <Attributes entity={entity} value={value} />;
}

const has = ({ storage, versions }: ConsoleEntity, tab: Tab): boolean =>
  tab === 'attributes' || (tab === 'storage' ? storage : versions) !== undefined;
