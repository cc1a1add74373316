import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';
import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { scopeSearch } from './scope-search.js';

const DeleteDialog = lazy(async () => ({ default: (await import('./delete/delete-dialog.js')).DeleteDialog }));

export interface EntityActionsProps {
  readonly entity: ConsoleEntity;
  readonly value: Entity;
  readonly scope: string | undefined;
}

/** Buttons of an entity's page, as far as the caller's token allows them. */
export function EntityActions({ entity, value, scope }: EntityActionsProps) {
  const [isDeleting, setIsDeleting] = useState(false);
  const mayCall = useMayCall();
  return (
    <>
      {mayCall(entity.update) && (
        <Link
          className="button"
          to="/e/$entity/$id/edit"
          params={{ entity: entity.name, id: value.id }}
          search={scopeSearch(scope)}
        >
          <Icon name="edit" />
          Edit
        </Link>
      )}
      {mayCall(entity.delete) && (
        <Button icon="trash" onClick={() => setIsDeleting(true)}>
          Delete
        </Button>
      )}
      {isDeleting && (
        <Suspense fallback={null}>
          <DeleteDialog {...{ entity, scope, value }} onClose={() => setIsDeleting(false)} />
        </Suspense>
      )}
    </>
  );
}
