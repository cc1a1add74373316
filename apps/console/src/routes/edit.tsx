import { useParams, useSearch } from '@tanstack/react-router';
import { useEntity } from '../api/description.js';
import { EditForm } from '../change/edit-form.js';
import { NotFound } from '../shell/not-found.js';

/** The form by which an entity is changed. */
export function EditRoute() {
  const { entity: name, id } = useParams({ from: '/e/$entity/$id/edit' });
  const { scope } = useSearch({ from: '/e/$entity/$id/edit' });
  const entity = useEntity(name);
  return entity ? <EditForm key={`${name}/${id}`} entity={entity} id={id} scope={scope} /> : <NotFound />;
}
