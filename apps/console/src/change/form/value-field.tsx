import { BooleanField } from './boolean-field.js';
import { ChoiceField } from './choice-field.js';
import type { ValueFieldProps } from './field-props.js';
import { GroupField } from './group-field.js';
import { JsonField } from './json-field.js';
import { TextValueField } from './text-value-field.js';

/** The input of a value, by its schema. */
export function ValueField(props: ValueFieldProps) {
  if (props.draft.is === 'json') return <JsonField {...props} />;
  switch (props.spec.kind) {
    case 'boolean':
      return <BooleanField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'list':
    case 'record':
    case 'object':
      return <GroupField {...props} />;
    case 'json':
      return <JsonField {...props} />;
    default:
      return <TextValueField {...props} />;
  }
}
