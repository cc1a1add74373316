import { useParams } from '@tanstack/react-router';
import { useEntity } from '../api/description.js';
import { EntityPage } from '../browse/entity-page.js';
import { NotFound } from '../shell/not-found.js';

/** One entity: its attributes, how it is stored and its kept versions. */
export function EntityRoute() {
  const { entity: name, id } = useParams({ from: '/e/$entity/$id' });
  const entity = useEntity(name);
  return entity ? <EntityPage key={`${name}/${id}`} entity={entity} id={id} /> : <NotFound />;
}
