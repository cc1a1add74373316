import { type ComponentType, createContext, useContext } from 'react';
import type { ValueFieldProps } from './field-props.js';

const ValueFieldContext = createContext<ComponentType<ValueFieldProps>>(() => null);

/** Names the component of values within values: lists, records and objects have inputs of every kind. */
export const InnerFieldProvider = ValueFieldContext.Provider;

/** The input of a value within a value. */
export function InnerField(props: ValueFieldProps) {
  const Component = useContext(ValueFieldContext);
  return <Component {...props} />;
}
