import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { type ImportSource, sourceOfFile, sourceOfText } from './import-source.js';

interface SourcePickerProps {
  readonly onPick: (source: Promise<ImportSource>) => void;
}

/** Chooses what is to be imported: a file, or a pasted text. */
export function SourcePicker({ onPick }: SourcePickerProps) {
  const [text, setText] = useState('');
  return (
    <div className="import-step">
      <Field label="File" description="CSV with a header, or JSON lines; in UTF-8">
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,text/csv,application/json"
            onChange={({ target }) => {
              const file = target.files?.[0];
              if (file) onPick(sourceOfFile(file));
            }}
          />
        )}
      </Field>
      <Field label="Or paste rows">
        {(attributes) => (
          <textarea
            {...attributes}
            rows={6}
            className="json-input"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <div className="change-form-buttons">
        <Button disabled={text.trim() === ''} onClick={() => onPick(sourceOfText(text))}>
          Use the pasted rows
        </Button>
      </div>
    </div>
  );
}
