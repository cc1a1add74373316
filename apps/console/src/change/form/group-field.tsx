import { type ReactNode, useId } from 'react';
import { Button } from '../../components/button.js';
import { emptyDraft } from './draft.js';
import { EmptyButtons } from './empty-buttons.js';
import type { ValueFieldProps } from './field-props.js';
import { ListElements } from './list-elements.js';
import { ObjectFields } from './object-fields.js';
import { problemsAt } from './problems.js';
import { RecordEntries } from './record-entries.js';

/** A value of several parts: a list, a record or an object. */
export function GroupField(props: ValueFieldProps) {
  const { spec, label, path, draft, onChange, problems, isRequired, empties, isLabelHidden } = props;
  const id = useId();
  const errors = problemsAt(problems, path);
  const describedBy = [spec.description && `${id}-description`, errors.length > 0 && `${id}-errors`].filter(Boolean);
  return (
    // the focus goes to a group with a problem of its own, such as a list with too few elements
    <fieldset
      className="group-field"
      tabIndex={-1}
      data-invalid={errors.length > 0 || undefined}
      aria-describedby={describedBy.join(' ') || undefined}
    >
      <legend className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </legend>
      {spec.description && (
        <p id={`${id}-description`} className="field-description">
          {spec.description}
        </p>
      )}
      {partsOf(props) ?? (
        <p className="group-empty">
          {empties.find((state) => state.draft.is === draft.is)?.label ?? 'Not set'}
          <Button
            variant="plain"
            icon="add"
            aria-label={`Set: ${label}`}
            onClick={() => onChange(emptyDraft({ ...spec, schema: {} }, true))}
          >
            Set
          </Button>
        </p>
      )}
      {errors.length > 0 && (
        <p id={`${id}-errors`} className="field-errors">
          {errors.join(' · ')}
        </p>
      )}
      <EmptyButtons {...{ label, draft, onChange, empties }} />
    </fieldset>
  );
}

function partsOf({ draft, ...props }: ValueFieldProps): ReactNode {
  if (draft.is === 'list') return <ListElements {...props} draft={draft} />;
  if (draft.is === 'record') return <RecordEntries {...props} draft={draft} />;
  return draft.is === 'object' ? <ObjectFields {...props} draft={draft} /> : undefined;
}
