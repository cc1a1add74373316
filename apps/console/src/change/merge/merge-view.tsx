import { useId, useMemo, useState } from 'react';
import type { Entity } from '../../api/description.js';
import { Button } from '../../components/button.js';
import { FocusedHeading } from '../../components/focused-heading.js';
import type { NamedField } from '../form/field-spec.js';
import { SaveNote } from '../save/save-note.js';
import type { Saver } from '../save/use-settled-call.js';
import { changesOnTop, type MergedAttribute, mergedValue, mergeThreeWay, type Side } from './three-way-merge.js';
import { valueText } from './value-text.js';

interface MergeViewProps {
  readonly fields: readonly NamedField[];
  /** As the user saw it, as it is now, and as the user wants it. */
  readonly base: Entity;
  readonly theirs: Entity;
  readonly mine: Readonly<Record<string, unknown>>;
  readonly saver: Saver;
  readonly needs: string | undefined;
  /** Takes what is to be written on top of what is stored now. */
  readonly onSave: (data: Record<string, unknown>) => void;
  readonly onBack: () => void;
}

/** Shows two changes of one entity side by side. Only where both changed the same attribute must the user choose. */
export function MergeView({ fields, base, theirs, mine, saver, needs, onSave, onBack }: MergeViewProps) {
  const merged = useMemo(
    () =>
      mergeThreeWay(
        fields.map(({ name }) => name),
        base,
        theirs,
        mine,
      ),
    [fields, base, theirs, mine],
  );
  const [choices, setChoices] = useState<Readonly<Record<string, Side>>>({});
  const shown = merged.filter(({ changedBy }) => changedBy !== 'nobody');
  const open = shown.filter(({ name, changedBy }) => changedBy === 'conflict' && !choices[name]);
  const isSaving = saver.state.is === 'saving' || saver.state.is === 'asking';
  const labels = new Map(fields.map(({ name, label }) => [name, label]));
  return (
    <section className="merge" aria-labelledby="merge-title">
      <FocusedHeading id="merge-title">Somebody else has changed this in the meantime</FocusedHeading>
      <p>
        You began with version {base.version}, now there is version {theirs.version}. Your changes are not lost: they
        are merged with the others below.{' '}
        {open.length > 0 &&
          `Choose ${open.length === 1 ? 'one value' : `${open.length} values`} that both have changed.`}
      </p>
      <ul className="merge-attributes">
        {shown.map((attribute) => (
          <li key={attribute.name}>
            <Attribute
              attribute={attribute}
              label={labels.get(attribute.name) ?? attribute.name}
              choice={choices[attribute.name]}
              onChoose={(side) => setChoices((before) => ({ ...before, [attribute.name]: side }))}
            />
          </li>
        ))}
      </ul>
      <SaveNote saver={saver} needs={needs} />
      <div className="change-form-buttons">
        <Button
          variant="primary"
          disabled={open.length > 0}
          isPending={isSaving}
          onClick={() => onSave(changesOnTop(merged, choices))}
        >
          Save the merged version
        </Button>
        <Button onClick={onBack}>Back to the form</Button>
      </div>
    </section>
  );
}

interface AttributeProps {
  readonly attribute: MergedAttribute;
  readonly label: string;
  readonly choice: Side | undefined;
  readonly onChoose: (side: Side) => void;
}

const sources = {
  nobody: '',
  theirs: 'changed by the other person',
  mine: 'changed by you',
  both: 'changed by both in the same way',
  conflict: 'changed by both',
} as const;

function Attribute({ attribute, label, choice, onChoose }: AttributeProps) {
  const { base, changedBy } = attribute;
  const id = useId();
  if (changedBy !== 'conflict')
    return (
      <dl className="merge-attribute">
        <dt>
          {label} <span className="merge-source">{sources[changedBy]}</span>
        </dt>
        <dd>
          <del>{valueText(base)}</del> <ins>{valueText(mergedValue(attribute, undefined))}</ins>
        </dd>
      </dl>
    );
  return (
    <fieldset className="merge-attribute merge-conflict">
      <legend>
        {label} <span className="merge-source">{sources.conflict}</span>
      </legend>
      <p className="merge-base">
        Before: <del>{valueText(base)}</del>
      </p>
      {(['theirs', 'mine'] as const).map((side) => (
        <label key={side} className="checkbox merge-side">
          <input type="radio" name={id} checked={choice === side} onChange={() => onChoose(side)} />
          <span>
            <span className="merge-source">{side === 'mine' ? 'Yours' : 'Theirs'}</span>{' '}
            <ins>{valueText(attribute[side])}</ins>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
