import { Button } from '../../components/button.js';
import type { ValueFieldProps } from './field-props.js';

/** Buttons that leave a value out, or set it to null. */
export function EmptyButtons({
  label,
  draft,
  onChange,
  empties,
}: Pick<ValueFieldProps, 'label' | 'draft' | 'onChange' | 'empties'>) {
  const others = empties.filter((state) => state.draft.is !== draft.is);
  if (others.length === 0) return null;
  return (
    <span className="empty-buttons">
      {others.map(({ action, draft: next }) => (
        <Button key={action} variant="plain" aria-label={`${action}: ${label}`} onClick={() => onChange(next)}>
          {action}
        </Button>
      ))}
    </span>
  );
}
