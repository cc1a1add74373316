import type { WriteOptions } from '@aws-starter-kit/dynamo/model';
import type { Subject } from './organisation.js';

/** Options of a change. With `once`, a repetition of the call writes nothing, and gets the first answer. */
export interface ChangeOptions extends WriteOptions {
  /**
   * The caller. The change is applied only if this is an admin at that moment, by the same transaction: else NotAnAdminError
   * is thrown. @default nobody: for scripts of an operator
   */
  by?: Subject | undefined;
}
