import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useApi } from '../../api/api-context.js';
import type { ConsoleEntity } from '../../api/description.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { RunProgress } from '../bulk/run-progress.js';
import { useRun } from '../bulk/use-run.js';
import type { NamedField } from '../form/field-spec.js';
import { LeaveGuard } from '../form/leave-guard.js';
import { newKey } from '../save/new-key.js';
import { ColumnMappingFields } from './column-mapping.js';
import { type ImportSource, type Preview, rowsOf } from './import-source.js';
import {
  goesOnAfter,
  type ImportState,
  importKey,
  importProgress,
  interruptedImport,
  interruptedText,
} from './import-state.js';
import { importRow, rowsAfter } from './import-work.js';
import { PreviewTable } from './preview-table.js';
import { guessMapping } from './row-input.js';

interface ImportPanelProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly path: string;
  readonly fields: readonly NamedField[];
  readonly source: ImportSource;
  readonly preview: Preview;
  readonly onOther: () => void;
}

/** Maps the columns of a source to attributes, and imports it. */
export function ImportPanel({ entity, scope, path, fields, source, preview, onOther }: ImportPanelProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const { state, run, start } = useRun();
  const [mapping, setMapping] = useState(() => guessMapping(preview.columns, fields));
  const [readBytes, setReadBytes] = useState(0);
  const [replayed, setReplayed] = useState(0);
  const storageKey = importKey(entity.name, scope, source.fingerprint);
  const [interrupted, setInterrupted] = useState(() => interruptedImport(storageKey));
  const isOpen = state?.status === 'running' || state?.status === 'paused';
  const isDone = useRef(false);

  async function begin(from?: ImportState) {
    const first: ImportState = from ?? { id: newKey(), settledRows: 0, sentRows: 0, startedAt: Date.now() };
    const progress = importProgress(storageKey, first);
    let bytes = 0;
    const work = importRow({
      ...{ api, entity, scope, path, fields, mapping, state: first, isJson: source.isJson },
      onReplayed: () => setReplayed((count) => count + 1),
    });
    const last = await start({
      rows: rowsAfter(
        rowsOf(source, (read) => {
          bytes = read;
        }),
        goesOnAfter(first),
      ),
      work: async (row) => {
        progress.send(row.number);
        const outcome = await work(row);
        progress.settle(row.number);
        setReadBytes(bytes);
        return outcome;
      },
      failedRows: (row, reason, isUnknown) => {
        if (!isUnknown) progress.settle(row.number); // of others, a later try may learn the outcome
        return [{ row: String(row.number), reason, values: row.values }];
      },
    });
    if (last.status === 'done') progress.end();
    setInterrupted(interruptedImport(storageKey));
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
  }
  if (state)
    return (
      <div className="import-step">
        <RunProgress
          {...{ state, run }}
          total={undefined}
          fraction={source.blob.size > 0 ? readBytes / source.blob.size : undefined}
          done="Imported"
          name={entity.name}
        />
        {replayed > 0 && (
          <p>{replayed.toLocaleString()} of them had been imported before, and were not created again.</p>
        )}
        {!isOpen && interrupted && <p className="form-hint">{interruptedText(interrupted)}</p>}
        {!isOpen && (
          <div className="change-form-buttons">
            {interrupted && (
              <Button variant="primary" onClick={() => begin(interrupted)}>
                Go on with the import
              </Button>
            )}
            <Button onClick={onOther}>Import another file</Button>
          </div>
        )}
        <LeaveGuard
          isChanged={isOpen}
          isDone={isDone}
          text="The import stops. It can go on later with the same file, and creates nothing twice."
        />
      </div>
    );
  const missing = fields.filter(({ name, isRequired }) => isRequired && !Object.values(mapping).includes(name));
  return (
    <div className="import">
      <p>
        {source.name}, {source.isJson ? 'JSON lines' : 'CSV'}
      </p>
      <ColumnMappingFields columns={preview.columns} {...{ fields, mapping }} onChange={setMapping} />
      {missing.length > 0 && (
        <p className="field-errors">
          No column for {missing.map(({ label }) => label).join(', ')}, which each row needs.
        </p>
      )}
      {interrupted && <p className="form-hint">{interruptedText(interrupted)}</p>}
      <div className="change-form-buttons">
        {interrupted && (
          <Button variant="primary" onClick={() => begin(interrupted)}>
            Go on with the import
          </Button>
        )}
        <Button variant={interrupted ? undefined : 'primary'} disabled={missing.length > 0} onClick={() => begin()}>
          {interrupted ? 'Begin anew' : 'Import'}
        </Button>
        <Button onClick={onOther}>Choose another file</Button>
      </div>
      <PreviewTable {...{ preview, fields, mapping }} isJson={source.isJson} />
    </div>
  );
}
