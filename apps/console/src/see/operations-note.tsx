import type { ConsoleDescription } from '../api/description.js';
import { Explanation } from './permission-note.js';

interface OperationsNoteProps {
  readonly operation: keyof ConsoleDescription['operations'];
}

const what: Readonly<Record<OperationsNoteProps['operation'], string>> = {
  metrics: 'The metrics of the API',
  table: 'The definition of the table',
  doctor: 'The doctor',
};

/** In place of an operation that is off, or that the caller may not use. The description does not tell which. */
export const OperationsNote = ({ operation }: OperationsNoteProps) => (
  <Explanation title={`${what[operation]} cannot be shown`}>
    <p>Either this API has it switched off, or your token lacks the permission for it.</p>
  </Explanation>
);
