import { Button } from '../components/button.js';
import { Dialog } from '../components/dialog.js';

const keys = [
  ['/', 'Go to the look-up'],
  ['↑ ↓', 'Move to the row before or after'],
  ['Page Up, Page Down', 'Move by ten rows'],
  ['Home, End', 'Move to the first or the last known row'],
  ['Enter', 'Open the row'],
  ['Space', 'Select the row, or remove it from the selection'],
  ['Esc', 'Select nothing'],
  ['?', 'Show these keys'],
] as const;

/** The keys of a list. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <dl className="keys">
        {keys.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
