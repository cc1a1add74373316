import { absent, type Draft, ownValue } from './draft.js';
import { emptyStatesOf, type ValueFieldProps } from './field-props.js';
import { InnerField } from './inner-field.js';
import { pathTo } from './problems.js';

interface ObjectFieldsProps extends Omit<ValueFieldProps, 'draft'> {
  readonly draft: Draft & { readonly is: 'object' };
}

/** The properties of an object. */
export const ObjectFields = ({ spec, path, draft, onChange, problems }: ObjectFieldsProps) => (
  <div className="object-fields">
    {spec.fields.map((field) => (
      <InnerField
        key={field.name}
        spec={field.spec}
        label={field.label}
        path={pathTo(path, field.name)}
        draft={ownValue(draft.fields, field.name) ?? absent}
        onChange={(next) => onChange({ ...draft, fields: { ...draft.fields, [field.name]: next } })}
        problems={problems}
        isRequired={field.isRequired}
        empties={emptyStatesOf(field.spec, field.isRequired)}
      />
    ))}
  </div>
);
