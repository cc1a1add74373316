import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { Select } from '../../components/select.js';
import type { BulkDialogProps } from '../bulk/bulk-dialog-props.js';
import { countOf, readRows, rowsText } from '../bulk/bulk-rows.js';
import { type ExportFormat, exportColumns, exportRows } from './export-rows.js';
import { saveFile } from './save-file.js';

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'reading'; readonly rows: number }
  | { readonly is: 'ready'; readonly rows: number }
  | { readonly is: 'failed'; readonly error: unknown };

const formats = [
  { value: 'csv', label: 'CSV, for spreadsheets' },
  { value: 'jsonl', label: 'JSON lines, for programs' },
];
const types = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const;

/** Saves all entities of a list, or the selected ones, as a file. */
export function ExportDialog({ entity, target, onClose }: BulkDialogProps) {
  const api = useApi();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [state, setState] = useState<State>({ is: 'idle' });
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const total = countOf(target);

  async function run() {
    const controller = new AbortController();
    stop.current = controller;
    const { signal } = controller;
    let rows = 0;
    setState({ is: 'reading', rows });
    try {
      const parts = await exportRows({
        ...{ format, signal },
        rows: readRows(api, entity, target, signal),
        columns: exportColumns(entity),
        onProgress: (count) => {
          rows = count;
          setState({ is: 'reading', rows });
        },
      });
      saveFile(parts, `${entity.name}-${new Date().toISOString().slice(0, 10)}.${format}`, types[format]);
      setState({ is: 'ready', rows });
    } catch (error) {
      setState(signal.aborted ? { is: 'idle' } : { is: 'failed', error });
    }
  }
  const isReading = state.is === 'reading';
  return (
    <Dialog
      title={`Export ${rowsText(target, entity)}`}
      onClose={() => onClose(false)}
      footer={
        <>
          <Button onClick={() => (isReading ? stop.current?.abort() : onClose(false))}>
            {isReading ? 'Stop' : state.is === 'ready' ? 'Close' : 'Cancel'}
          </Button>
          {state.is !== 'ready' && (
            <Button variant="primary" icon="download" isPending={isReading} onClick={run}>
              Export
            </Button>
          )}
        </>
      }
    >
      <Select
        label="Format"
        value={format}
        options={formats}
        disabled={isReading}
        onChange={(value) => {
          setFormat(value as ExportFormat);
          setState({ is: 'idle' });
        }}
      />
      {format === 'csv' && (
        <p>A text that a spreadsheet would take for a formula gets an apostrophe in front. An import removes it.</p>
      )}
      {(state.is === 'reading' || state.is === 'ready') && (
        <div className="progress">
          <progress
            aria-label="Progress"
            max={total ?? 1}
            {...(state.is === 'ready' ? { value: total ?? 1 } : total && { value: state.rows })}
          />
          <p role="status">
            {state.is === 'ready'
              ? `Saved ${state.rows.toLocaleString()} rows`
              : `${state.rows.toLocaleString()} rows so far`}
          </p>
        </div>
      )}
      {state.is === 'failed' && <ErrorNote error={state.error} retry={run} />}
    </Dialog>
  );
}
