import { Link } from '@tanstack/react-router';
import { type ConsoleEntity, type ConsoleExamination, useDescription } from '../api/description.js';
import { Button } from '../components/button.js';
import { findingText } from './finding-texts.js';
import { operatorPermissions } from './operations-note.js';
import { entityOfStoredId } from './stored-id.js';

export type Finding = ConsoleExamination['findings'][number];

interface FindingItemProps {
  readonly finding: Finding;
  readonly isBusy: boolean;
  readonly onRepair: () => void;
}

/** The findings of one kind: what they mean, some of them, and their repair. */
export function FindingItem({ finding, isBusy, onRepair }: FindingItemProps) {
  const { kind, title, count, isFixable, examples, fixed = 0 } = finding;
  const { entities, permissions } = useDescription();
  const text = findingText(kind);
  const left = Math.max(0, count - fixed);
  return (
    <li className="finding">
      <h3>
        {title}: {count.toLocaleString()}
        {fixed > 0 && <span className="finding-fixed">{fixed.toLocaleString()} repaired</span>}
      </h3>
      {text && <p>{text.meaning}</p>}
      {examples.length > 0 && (
        <ul className="examples" aria-label={`Examples: ${title}`}>
          {examples.map((id) => (
            <li key={id}>
              <Example id={id} entities={entities} />
            </li>
          ))}
          {count > examples.length && <li>and {(count - examples.length).toLocaleString()} more</li>}
        </ul>
      )}
      {left > 0 && text && (
        <p className="view-note">
          {isFixable ? 'A repair' : 'What to do'}: {text.repair}
        </p>
      )}
      {left > 0 && isFixable && permissions.includes(operatorPermissions.repair) && (
        <p>
          <Button isPending={isBusy} onClick={onRepair} aria-label={`Repair: ${title}`}>
            Repair
          </Button>
        </p>
      )}
      {left > 0 && isFixable && !permissions.includes(operatorPermissions.repair) && (
        <p className="view-note">
          You may not repair it: this needs the permission <code>{operatorPermissions.repair}</code>.
        </p>
      )}
    </li>
  );
}

function Example({ id, entities }: { readonly id: string; readonly entities: readonly ConsoleEntity[] }) {
  const stored = entityOfStoredId(id, entities);
  if (!stored) return <code>{id}</code>;
  return (
    <Link to="/e/$entity/$id" params={{ entity: stored.entity.name, id: stored.id }}>
      <code>{id}</code>
    </Link>
  );
}
