import { useRef } from 'react';
import { Button } from '../../components/button.js';
import { type Draft, emptyDraft, newElementKey } from './draft.js';
import { emptyStatesOf, type ValueFieldProps } from './field-props.js';
import { InnerField } from './inner-field.js';
import { pathTo } from './problems.js';

interface ListElementsProps extends Omit<ValueFieldProps, 'draft'> {
  readonly draft: Draft & { readonly is: 'list' };
}

/** The elements of a list or a set. */
export function ListElements({ spec, label, path, draft: { elements }, onChange, problems }: ListElementsProps) {
  const list = useRef<HTMLOListElement>(null);
  const { element } = spec;
  if (!element) return null;
  const set = (next: typeof elements) => onChange({ is: 'list', elements: next });
  const add = () => {
    set([...elements, { key: newElementKey(), draft: emptyDraft(element, true) }]);
    requestAnimationFrame(() => focusInput(list.current?.lastElementChild));
  };
  return (
    <>
      <ol ref={list} className="list-elements">
        {elements.map(({ key, draft }, index) => (
          <li key={key} className="list-element">
            <InnerField
              spec={element}
              label={`${label} ${index + 1}`}
              path={pathTo(path, index)}
              draft={draft}
              onChange={(next) => set(elements.map((one) => (one.key === key ? { key, draft: next } : one)))}
              problems={problems}
              isRequired={false}
              empties={emptyStatesOf(element, true)}
              isLabelHidden
            />
            <Button
              variant="plain"
              icon="close"
              aria-label={`Remove ${label} ${index + 1}`}
              onClick={() => {
                set(elements.filter((one) => one.key !== key));
                requestAnimationFrame(() => focusInput(list.current?.children[Math.max(0, index - 1)]));
              }}
            />
          </li>
        ))}
      </ol>
      <Button icon="add" aria-label={`Add to ${label}`} onClick={add}>
        Add
      </Button>
    </>
  );
}

const focusInput = (element: Element | null | undefined) =>
  element?.querySelector<HTMLElement>('input, textarea, select')?.focus();
