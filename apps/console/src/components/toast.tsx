import { useSyncExternalStore } from 'react';
import { Button } from './button.js';

/** A message about something that has happened, beside the view. */
export interface Toast {
  readonly text: string;
  readonly kind?: 'info' | 'success' | 'error';
  /** Such as Undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** @default 8,000; a toast with an error stays until it is closed */
  readonly durationMs?: number;
}

type Shown = Toast & { readonly id: number };

let toasts: readonly Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Shown[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a message, and returns the function that removes it. */
export function showToast(toast: Toast): () => void {
  const id = ++lastId;
  const remove = () => set(toasts.filter((other) => other.id !== id));
  set([...toasts, { ...toast, id }]);
  if (toast.kind !== 'error') setTimeout(remove, toast.durationMs ?? 8_000);
  return remove;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The place of all messages. Screen readers announce each as it appears. */
export function ToastRegion() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {shown.map(({ id, text, kind = 'info', action }) => {
        const remove = () => set(toasts.filter((other) => other.id !== id));
        return (
          <div key={id} className={`toast toast-${kind}`} role={kind === 'error' ? 'alert' : undefined}>
            <p>{text}</p>
            {action && (
              <Button
                onClick={() => {
                  remove();
                  action.run();
                }}
              >
                {action.label}
              </Button>
            )}
            <Button variant="plain" icon="close" aria-label="Close the message" onClick={remove} />
          </div>
        );
      })}
    </section>
  );
}
