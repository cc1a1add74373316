import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity } from '../api/description.js';
import { keys } from '../api/keys.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';
import { PageHeader } from '../components/page-header.js';
import { EntityEditor } from './edit/entity-editor.js';
import { readEntity } from './entity-calls.js';
import { NotPossible } from './not-possible.js';

interface EditFormProps {
  readonly entity: ConsoleEntity;
  readonly id: string;
  readonly scope: string | undefined;
}

/** Reads an entity, and shows the form by which it is changed. */
export function EditForm({ entity, id, scope }: EditFormProps) {
  const api = useApi();
  const title = `Edit ${entity.singular}`;
  // read anew, at a key of its own: what the user starts from must stay while other views refresh theirs
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.one(entity.name, id, scope), 'edit'],
    queryFn: ({ signal }) => readEntity(api, { entity, id, scope, signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retryOnMount: false,
  });
  if (!entity.update) return <NotPossible title={title} text={`The API changes no ${entity.title.toLowerCase()}`} />;
  if (data) return <EntityEditor {...{ entity, scope }} seen={data} />;
  return (
    <>
      <PageHeader title={title} />
      {error ? <ErrorNote error={error} retry={refetch} /> : <Loading />}
    </>
  );
}
