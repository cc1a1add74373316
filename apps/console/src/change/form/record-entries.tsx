import { Button } from '../../components/button.js';
import { TextField } from '../../components/text-field.js';
import { type Draft, emptyDraft, newElementKey } from './draft.js';
import { emptyStatesOf, type ValueFieldProps } from './field-props.js';
import { InnerField } from './inner-field.js';
import { pathTo } from './problems.js';

interface RecordEntriesProps extends Omit<ValueFieldProps, 'draft'> {
  readonly draft: Draft & { readonly is: 'record' };
}

/** Values by name. */
export function RecordEntries({ spec, label, path, draft: { entries }, onChange, problems }: RecordEntriesProps) {
  const { element } = spec;
  if (!element) return null;
  const set = (next: typeof entries) => onChange({ is: 'record', entries: next });
  return (
    <>
      <ul className="list-elements">
        {entries.map((entry, index) => (
          <li key={entry.key} className="list-element record-entry">
            <TextField
              label={`Name ${index + 1} of ${label}`}
              isLabelHidden
              placeholder="Name"
              value={entry.name}
              onChange={(name) => set(entries.map((one) => (one.key === entry.key ? { ...one, name } : one)))}
            />
            <InnerField
              spec={element}
              label={`${label} ${entry.name || index + 1}`}
              path={pathTo(path, entry.name)}
              draft={entry.draft}
              onChange={(draft) => set(entries.map((one) => (one.key === entry.key ? { ...one, draft } : one)))}
              problems={problems}
              isRequired={false}
              empties={emptyStatesOf(element, true)}
              isLabelHidden
            />
            <Button
              variant="plain"
              icon="close"
              aria-label={`Remove ${label} ${entry.name || index + 1}`}
              onClick={() => set(entries.filter((one) => one.key !== entry.key))}
            />
          </li>
        ))}
      </ul>
      <Button
        icon="add"
        aria-label={`Add to ${label}`}
        onClick={() => set([...entries, { key: newElementKey(), name: '', draft: emptyDraft(element, true) }])}
      >
        Add
      </Button>
    </>
  );
}
