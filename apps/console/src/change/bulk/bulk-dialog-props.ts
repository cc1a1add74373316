import type { ConsoleEntity } from '../../api/description.js';
import type { BulkRows } from './bulk-rows.js';

export interface BulkDialogProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly target: BulkRows;
  /** Called with true if something may have changed. */
  readonly onClose: (hasRun: boolean) => void;
}
