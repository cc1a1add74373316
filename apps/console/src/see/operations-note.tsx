import { type ConsoleDescription, useDescription } from '../api/description.js';
import { Explanation, PermissionNote } from './permission-note.js';

interface OperationsNoteProps {
  readonly operation: keyof ConsoleDescription['operations'];
}

/** The permissions of an operator, as packages/console-server has them. They belong to no entity. */
export const operatorPermissions = { read: 'operations:read', repair: 'operations:admin' } as const;

const texts = {
  metrics: { name: 'The metrics', to: 'see the metrics of the API' },
  table: { name: 'The table', to: 'see the definition of the table' },
  doctor: { name: 'The doctor', to: 'examine the table' },
} as const;

/** In place of an operation that is off, or that the caller may not use. */
export function OperationsNote({ operation }: OperationsNoteProps) {
  const { permissions } = useDescription();
  const { name, to } = texts[operation];
  if (!permissions.includes(operatorPermissions.read))
    return <PermissionNote needs={operatorPermissions.read} to={to} />;
  return (
    <Explanation title={`${name} cannot be seen here`}>
      {operation === 'metrics' ? (
        <p>This API keeps no metrics of its last hour.</p>
      ) : (
        <p>
          This API has the operations of its table switched off. Start it with <code>CONSOLE_OPERATIONS=on</code>.
        </p>
      )}
    </Explanation>
  );
}
