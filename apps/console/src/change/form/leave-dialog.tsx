import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';

interface LeaveDialogProps {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

export const LeaveDialog = ({ onStay, onLeave }: LeaveDialogProps) => (
  <Dialog
    title="Leave without saving?"
    role="alertdialog"
    onClose={onStay}
    footer={
      <>
        <Button autoFocus onClick={onStay}>
          Stay
        </Button>
        <Button variant="danger" onClick={onLeave}>
          Discard the changes
        </Button>
      </>
    }
  >
    <p>What you have entered here has not been saved.</p>
  </Dialog>
);
