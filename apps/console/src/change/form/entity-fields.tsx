import type { ComponentType } from 'react';
import { custom } from '../../custom.js';
import type { FieldProps } from '../../custom-types.js';
import type { Drafts } from './changed-values.js';
import { absent, draftOf, ownValue } from './draft.js';
import type { EmptyState, ValueFieldProps } from './field-props.js';
import type { NamedField } from './field-spec.js';
import { InnerFieldProvider } from './inner-field.js';
import { type Problems, problemSink } from './problems.js';
import { readDraft } from './read-draft.js';
import { ValueField } from './value-field.js';

interface EntityFieldsProps {
  /** The name of the entity's router. */
  readonly entity: string;
  readonly fields: readonly NamedField[];
  readonly drafts: Drafts;
  readonly onChange: (name: string, draft: ValueFieldProps['draft']) => void;
  readonly problems: Problems;
  readonly emptiesOf: (field: NamedField) => readonly EmptyState[];
}

/** The inputs of an entity's attributes. custom.tsx may replace each. */
export function EntityFields({ entity, fields, drafts, onChange, problems, emptiesOf }: EntityFieldsProps) {
  const replaced = ownValue(custom, entity)?.fields ?? {};
  return (
    <InnerFieldProvider value={ValueField}>
      <div className="entity-fields">
        {fields.map((field) => {
          const { name, label, spec, isRequired } = field;
          const props = {
            ...{ spec, label, path: name, problems, isRequired },
            draft: ownValue(drafts, name) ?? absent,
            onChange: (draft: ValueFieldProps['draft']) => onChange(name, draft),
            empties: emptiesOf(field),
          };
          const Custom = ownValue(replaced, name);
          return Custom ? <CustomField key={name} {...props} as={Custom} /> : <ValueField key={name} {...props} />;
        })}
      </div>
    </InnerFieldProvider>
  );
}

interface CustomFieldProps extends ValueFieldProps {
  readonly as: ComponentType<FieldProps>;
}

function CustomField({ as: Component, spec, label, path, draft, onChange, problems, isRequired }: CustomFieldProps) {
  const errors = Object.entries(problems).flatMap(([at, texts]) =>
    at === path || at.startsWith(`${path}.`) ? texts : [],
  );
  return (
    <Component
      name={path}
      label={label}
      schema={spec.schema}
      value={readDraft(spec, draft, path, problemSink())}
      onChange={(value) => onChange(draftOf(spec, value))}
      isRequired={isRequired}
      errors={errors}
    />
  );
}
