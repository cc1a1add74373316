import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../components/button.js';
import { Icon } from '../../components/icon.js';
import { SaveNote } from '../save/save-note.js';
import type { Saver } from '../save/use-settled-call.js';
import { problemsAt } from './problems.js';
import type { Form } from './use-form.js';

interface FormFrameProps {
  readonly form: Form;
  readonly saver: Saver;
  readonly needs: string | undefined;
  readonly submitLabel: string;
  readonly isDisabled?: boolean;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** A form with its buttons, and what is to be said about the whole of it. */
export function FormFrame({
  form,
  saver,
  needs,
  submitLabel,
  isDisabled,
  onSubmit,
  onCancel,
  children,
}: FormFrameProps) {
  const isSaving = saver.state.is === 'saving' || saver.state.is === 'asking';
  const focused = useRef<Element>(null);
  useEffect(() => {
    const { current } = focused;
    if (!isSaving && document.activeElement === document.body && current instanceof HTMLElement) current.focus();
  }, [isSaving]);
  const count = Object.keys(form.problems).length;
  const whole = problemsAt(form.problems, '');
  return (
    <form
      ref={form.ref}
      className="change-form"
      noValidate // the browser's own messages can neither be styled nor be read twice
      onSubmit={(event) => {
        event.preventDefault();
        focused.current = document.activeElement;
        if (!isSaving && !isDisabled) onSubmit();
      }}
    >
      {/* what is being saved must not change; the focus comes back afterwards */}
      <div className="change-form-fields" inert={isSaving || undefined}>
        {children}
      </div>
      <div role="alert">
        {count > 0 && (
          <div className="note" tabIndex={-1} data-invalid={whole.length > 0 || undefined}>
            <Icon name="warning" />
            <div className="note-text">
              <p className="note-title">{count === 1 ? 'One value is not valid' : `${count} values are not valid`}</p>
              {whole.map((text) => (
                <p key={text}>{text}</p>
              ))}
            </div>
          </div>
        )}
      </div>
      <SaveNote saver={saver} needs={needs} />
      <div className="change-form-buttons">
        <Button type="submit" variant="primary" isPending={isSaving} disabled={isDisabled}>
          {submitLabel}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
