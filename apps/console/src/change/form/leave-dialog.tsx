import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';

interface LeaveDialogProps {
  readonly text?: string | undefined;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

export const LeaveDialog = ({ text, onStay, onLeave }: LeaveDialogProps) => (
  <Dialog
    title={text ? 'Leave this view?' : 'Leave without saving?'}
    role="alertdialog"
    onClose={onStay}
    footer={
      <>
        <Button autoFocus onClick={onStay}>
          Stay
        </Button>
        <Button variant="danger" onClick={onLeave}>
          {text ? 'Leave' : 'Discard the changes'}
        </Button>
      </>
    }
  >
    <p>{text ?? 'What you have entered here has not been saved.'}</p>
  </Dialog>
);
