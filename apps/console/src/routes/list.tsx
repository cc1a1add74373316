import { useParams } from '@tanstack/react-router';
import { useEntity } from '../api/description.js';
import { ListView } from '../browse/list-view.js';
import { NotFound } from '../shell/not-found.js';

/** The entities of one router, by one of its lists. */
export function ListRoute() {
  const { entity: name } = useParams({ from: '/e/$entity' });
  const entity = useEntity(name);
  return entity ? <ListView key={name} entity={entity} /> : <NotFound />;
}
