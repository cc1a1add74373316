import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import { type ConsoleTable, useDescription } from '../api/description.js';
import { Button } from '../components/button.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';
import { PageHeader } from '../components/page-header.js';
import { Drift } from './drift.js';
import { OperationsNote } from './operations-note.js';
import { tableFacts, tableIndexes } from './table-facts.js';

/** The definition of the table, and how it differs from what is wanted. */
export function Table() {
  const { operations } = useDescription();
  if (operations.table) return <TableContent />;
  return (
    <>
      <PageHeader title="Table" />
      <OperationsNote operation="table" />
    </>
  );
}

function TableContent() {
  const api = useApi();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['table'],
    queryFn: async ({ signal }) => (await api.resource('table', { signal })) as ConsoleTable,
  });
  return (
    <>
      <PageHeader title="Table" note={data?.table}>
        <Button icon="refresh" isPending={isFetching} onClick={() => refetch()}>
          Check again
        </Button>
      </PageHeader>
      {error && <ErrorNote error={error} retry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <p className="view-note">At {data.place}.</p>
          <Drift table={data} />
          <Definition table={data} />
        </>
      )}
    </>
  );
}

function Definition({ table: { definition, differences } }: { readonly table: ConsoleTable }) {
  const indexes = tableIndexes(definition);
  return (
    <>
      <section aria-labelledby="definition" className="view-section">
        <h2 id="definition">Definition</h2>
        <dl className="facts">
          {tableFacts(definition, differences).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="view-section">
        <h2 id="indexes">Indexes</h2>
        {indexes.length === 0 ? (
          <p>The table has none.</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className="table-scroll" aria-labelledby="indexes" tabIndex={0}>
            <table className="facts-table" aria-labelledby="indexes">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Keys</th>
                  <th scope="col">Projection</th>
                  <th scope="col">Status</th>
                </tr>
              </thead>
              <tbody>
                {indexes.map(({ name, keys, projection, status }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{keys}</td>
                    <td>{projection}</td>
                    <td>{status}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </section>
    </>
  );
}
