import { useParams, useSearch } from '@tanstack/react-router';
import { useEntity } from '../api/description.js';
import { CreateForm } from '../change/create-form.js';
import { NotFound } from '../shell/not-found.js';

/** The form of a new entity. */
export function NewRoute() {
  const { entity: name } = useParams({ from: '/e/$entity/new' });
  const { scope } = useSearch({ from: '/e/$entity/new' });
  const entity = useEntity(name);
  return entity ? <CreateForm key={name} entity={entity} scope={scope} /> : <NotFound />;
}
