import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ConsoleEntity, ConsoleList } from '../api/description.js';
import { ListActions } from '../change/list-actions.js';
import { Empty } from '../components/empty.js';
import { PageHeader } from '../components/page-header.js';
import { Select } from '../components/select.js';
import { TabLinks } from '../components/tab-links.js';
import type { ListSearch } from '../search/search-params.js';
import { EntityCount } from '../shell/entity-count.js';
import { listTitle } from '../values/words.js';
import { ColumnsMenu } from './columns-menu.js';
import { FilterBar } from './filter-bar.js';
import { filterFieldsOf, listInputOf, setFilters } from './filter-fields.js';
import { KeysHelp } from './keys-help.js';
import { ListRows } from './list-rows.js';
import { LookUp } from './look-up.js';
import { ScopePicker } from './scope-picker.js';
import { useListColumns } from './use-list-columns.js';

const orders = [
  { value: '', label: 'Default' },
  { value: 'asc', label: 'Ascending' },
  { value: 'desc', label: 'Descending' },
];

const nameOf = ({ path }: ConsoleList) => path.split('.').at(-1) ?? path;

/** The lists of an entity: look-up, filters and rows. All that is chosen stands in the URL. */
export function ListView({ entity }: { readonly entity: ConsoleEntity }) {
  const search = useSearch({ from: '/e/$entity' });
  const navigate = useNavigate({ from: '/e/$entity' });
  const { lists } = entity;
  const list = lists.find((one) => nameOf(one) === search.list) ?? lists[0];
  const { scope } = search;
  const request = useMemo(() => list && listInputOf(list, search), [list, search]);
  const fields = useMemo(() => (list ? filterFieldsOf(list) : []), [list]);
  const input = useMemo(
    () => ({ ...request?.input, ...(entity.scope && scope !== undefined && { [entity.scope]: scope }) }),
    [request, entity.scope, scope],
  );
  const columns = useListColumns(entity);
  const change = (part: Partial<ListSearch>) =>
    void navigate({
      search: ({ cursor: _, ...before }: ListSearch) => ({ ...before, ...part }) as ListSearch,
      resetScroll: false,
    });
  const needsScope = entity.scope !== undefined && scope === undefined;
  const isReady = !needsScope && request?.missing.length === 0 && Object.keys(request.problems).length === 0;
  const kept = JSON.stringify([list?.path, input]);
  return (
    <>
      <PageHeader title={entity.title} note={<EntityCount entity={entity} scope={scope} />}>
        <ListActions entity={entity} scope={scope} list={list && isReady ? { path: list.path, input } : undefined} />
        <KeysHelp />
      </PageHeader>
      <div className="list-controls">
        {entity.scope && <ScopePicker entity={entity} scope={scope} onChange={(next) => change({ scope: next })} />}
        {!needsScope && <LookUp entity={entity} scope={scope} />}
      </div>
      {lists.length > 1 && (
        <TabLinks label="Lists">
          {lists.map((one) => (
            <Link
              key={one.path}
              to="/e/$entity"
              params={{ entity: entity.name }}
              search={{ ...(scope !== undefined && { scope }), list: nameOf(one) }}
              className="tab"
              aria-current={one === list ? 'page' : undefined}
            >
              {listTitle(one.path)}
            </Link>
          ))}
        </TabLinks>
      )}
      {list && request && !needsScope && (
        <div className="list-controls">
          <FilterBar
            key={list.path}
            fields={fields}
            filters={setFilters(fields, search)}
            problems={request.problems}
            onChange={(filters) => change(filters as Partial<ListSearch>)}
          />
          {list.hasOrder && (
            <Select
              label="Order"
              value={search.order ?? ''}
              options={orders}
              onChange={(order) => change({ order } as Partial<ListSearch>)}
            />
          )}
          <ColumnsMenu columns={columns} />
        </div>
      )}
      {list && isReady && (
        <ListRows key={kept} {...{ entity, list, scope, input, kept, columns }} cursor={search.cursor} />
      )}
      {request && request.missing.length > 0 && !needsScope && (
        <Empty title={`This list needs a value: ${request.missing.join(', ')}`} />
      )}
      {needsScope && <Empty title="Choose a scope first" />}
      {!list && <Empty title={`The API does not list ${entity.title.toLowerCase()}. Look one up.`} />}
    </>
  );
}
