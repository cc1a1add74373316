import { Link } from '@tanstack/react-router';
import type { ConsoleEntity } from '../api/description.js';
import { Empty } from '../components/empty.js';
import { entityLabel } from './entity-label.js';
import type { AttributeChange, LiveChange, LiveEntry } from './live-merge.js';

export interface ShownEntry {
  readonly entity: ConsoleEntity;
  readonly entry: LiveEntry;
  readonly scope: string | undefined;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const verbs = { created: 'Created', updated: 'Updated', deleted: 'Deleted', expired: 'Expired' } as const;

/** Changes, the newest first. */
export function LiveList({ entries }: { readonly entries: readonly ShownEntry[] }) {
  if (entries.length === 0) return <Empty title="No changes yet. They appear here as they happen." />;
  return (
    <ol className="live-list" aria-label="Changes">
      {entries.map(({ entity, entry, scope }) => (
        <li key={`${entity.name} ${entry.key}`} className={`live-entry live-entry-${entry.type}`}>
          <time dateTime={new Date(entry.receivedAt).toISOString()}>{clock.format(entry.receivedAt)}</time>
          {entry.type === 'gap' ? (
            <span className="live-gap">{entity.title}: changes may have been missed before this</span>
          ) : (
            <ChangeText entity={entity} change={entry} scope={scope} />
          )}
        </li>
      ))}
    </ol>
  );
}

interface ChangeTextProps {
  readonly entity: ConsoleEntity;
  readonly change: LiveChange;
  readonly scope: string | undefined;
}

function ChangeText({ entity, change, scope }: ChangeTextProps) {
  const { type, id, version, value, changes, since } = change;
  const label = value ? entityLabel(value) : id;
  const isGone = type === 'deleted' || type === 'expired';
  return (
    <>
      <span className="live-verb">{verbs[type]}</span>
      <span>
        {entity.singular}{' '}
        {isGone ? (
          <strong>{label}</strong>
        ) : (
          <Link to="/e/$entity/$id" params={{ entity: entity.name, id }} search={scope === undefined ? {} : { scope }}>
            {label}
          </Link>
        )}{' '}
        <span className="live-version">version {version}</span>
      </span>
      {changes && (
        <ul className="live-changes">
          {changes.map((one) => (
            <li key={one.name}>
              <AttributeText change={one} />
            </li>
          ))}
          {since !== undefined && since < version - 1 && <li className="live-version">since version {since}</li>}
        </ul>
      )}
    </>
  );
}

const AttributeText = ({ change: { name, before, after } }: { readonly change: AttributeChange }) => (
  <>
    <span className="live-attribute">{name}</span> <del>{short(before)}</del>
    <span aria-hidden="true"> → </span>
    <span className="visually-hidden"> is now </span>
    <ins>{short(after)}</ins>
  </>
);

const maxLength = 80;

function short(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
