import { useParams, useSearch } from '@tanstack/react-router';
import { useEntity } from '../api/description.js';
import { ImportView } from '../change/import-view.js';
import { NotFound } from '../shell/not-found.js';

/** The import of many entities from a file. */
export function ImportRoute() {
  const { entity: name } = useParams({ from: '/e/$entity/import' });
  const { scope } = useSearch({ from: '/e/$entity/import' });
  const entity = useEntity(name);
  return entity ? <ImportView key={name} entity={entity} scope={scope} /> : <NotFound />;
}
