import { lazy, Suspense, useMemo, useState } from 'react';
import { type ConsoleEntity, useMayCall } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';
import { createFields } from './entity-calls.js';
import { NotPossible } from './not-possible.js';
import { type ImportSource, type Preview, previewOf } from './transfer/import-source.js';
import { SourcePicker } from './transfer/source-picker.js';

const ImportPanel = lazy(async () => ({ default: (await import('./transfer/import-panel.js')).ImportPanel }));

interface ImportViewProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

/** Creates many entities from a file or a pasted text. */
export function ImportView({ entity, scope }: ImportViewProps) {
  const fields = useMemo(() => createFields(entity), [entity]);
  const [picked, setPicked] = useState<{ readonly source: ImportSource; readonly preview: Preview }>();
  const [problem, setProblem] = useState<string>();
  const mayCall = useMayCall();
  const { create } = entity;
  const title = `Import ${entity.title.toLowerCase()}`;
  if (!create) return <NotPossible title={title} text={`The API creates no ${entity.title.toLowerCase()}`} />;
  if (entity.scope !== undefined && scope === undefined)
    return <NotPossible title={title} text={`Choose where the ${entity.title.toLowerCase()} belong, in their list`} />;

  async function pick(promise: Promise<ImportSource>) {
    setProblem(undefined);
    try {
      const source = await promise;
      const preview = await previewOf(source);
      if (preview.rows.length === 0) setProblem('There are no rows');
      else setPicked({ source, preview });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <>
      <PageHeader title={title} />
      {!mayCall(create) && <p className="form-hint">This needs the permission {create.needs}, which you may lack.</p>}
      <div role="alert">{problem !== undefined && <p className="field-errors">{problem}</p>}</div>
      {picked ? (
        <Suspense fallback={null}>
          <ImportPanel
            key={picked.source.fingerprint}
            {...{ entity, scope, fields, ...picked }}
            path={create.path}
            onOther={() => setPicked(undefined)}
          />
        </Suspense>
      ) : (
        <SourcePicker onPick={pick} />
      )}
    </>
  );
}
