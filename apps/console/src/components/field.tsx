import { type ReactNode, useId } from 'react';

export interface FieldFrameProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly errors?: readonly string[] | undefined;
  readonly isRequired?: boolean | undefined;
  /** Shows the label to screen readers only. */
  readonly isLabelHidden?: boolean | undefined;
  readonly className?: string | undefined;
}

/** What ties an input to its label, its description and its problems. */
export interface FieldAttributes {
  readonly id: string;
  readonly required: boolean | undefined;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface Props extends FieldFrameProps {
  readonly children: (attributes: FieldAttributes) => ReactNode;
}

/** The label, the description and the problems of one input. */
export function Field({ label, description, errors = [], isRequired, isLabelHidden, className = '', children }: Props) {
  const id = useId();
  const describedBy = [description && `${id}-description`, errors.length > 0 && `${id}-errors`].filter(Boolean);
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </label>
      {children({
        id,
        required: isRequired || undefined,
        'aria-describedby': describedBy.join(' ') || undefined,
        'aria-invalid': errors.length > 0 || undefined,
      })}
      {description && (
        <p id={`${id}-description`} className="field-description">
          {description}
        </p>
      )}
      {errors.length > 0 && (
        <p id={`${id}-errors`} className="field-errors">
          {errors.join(' · ')}
        </p>
      )}
    </div>
  );
}
