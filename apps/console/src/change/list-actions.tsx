import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { type ConsoleEntity, useMayCall } from '../api/description.js';
import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { scopeSearch } from './scope-search.js';

const ExportDialog = lazy(async () => ({ default: (await import('./transfer/export-dialog.js')).ExportDialog }));

export interface ListActionsProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The list that is shown, for an export: its procedure, and its input without paging. */
  readonly list: { readonly path: string; readonly input: Readonly<Record<string, unknown>> } | undefined;
}

/** Buttons of a list, as far as the caller's token allows them. */
export function ListActions({ entity, scope, list }: ListActionsProps) {
  const [isExporting, setIsExporting] = useState(false);
  const mayCall = useMayCall();
  const hasScope = entity.scope === undefined || scope !== undefined;
  const place = { params: { entity: entity.name }, search: scopeSearch(scope) };
  return (
    <>
      {mayCall(entity.create) && hasScope && (
        <>
          <Link className="button button-primary" to="/e/$entity/new" {...place}>
            <Icon name="add" />
            New
          </Link>
          <Link className="button" to="/e/$entity/import" {...place}>
            <Icon name="upload" />
            Import
          </Link>
        </>
      )}
      {list && (
        <Button icon="download" onClick={() => setIsExporting(true)}>
          Export
        </Button>
      )}
      {isExporting && list && (
        <Suspense fallback={null}>
          <ExportDialog {...{ entity, scope }} target={{ list }} onClose={() => setIsExporting(false)} />
        </Suspense>
      )}
    </>
  );
}
