import { Button } from '../components/button.js';
import { Dialog } from '../components/dialog.js';
import type { Finding } from './finding-item.js';
import { findingText } from './finding-texts.js';

interface RepairDialogProps {
  readonly finding: Finding;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks before a repair, which writes to the table. */
export const RepairDialog = ({ finding: { kind, title, count }, onClose, onConfirm }: RepairDialogProps) => (
  <Dialog
    title={`Repair: ${title}`}
    role="alertdialog"
    onClose={onClose}
    footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" onClick={onConfirm}>
          Repair {count.toLocaleString()}
        </Button>
      </>
    }
  >
    <p>The repair {findingText(kind)?.repair ?? 'changes the table.'}</p>
    <p>
      The table is examined again, and each finding of this kind is repaired where that is safe. An item that changes in
      the meantime is left as it is.
    </p>
  </Dialog>
);
