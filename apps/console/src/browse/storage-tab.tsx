import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity, Entity, StoredAs } from '../api/description.js';
import { keys } from '../api/keys.js';
import { CopyButton } from '../components/copy-button.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';

interface StorageTabProps {
  readonly entity: ConsoleEntity;
  readonly value: Entity;
}

/** Where an entity is stored: its id, its index keys and its unique claims. */
export function StorageTab({ entity, value }: StorageTabProps) {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: keys.storage(entity.name, value),
    queryFn: async ({ signal }) =>
      (await api.resource('storage', { body: { entity: entity.name, value }, signal })) as StoredAs,
  });
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data) return <Loading label="Loading how it is stored" />;
  const { id, keys: indexKeys, claims } = data;
  return (
    <>
      <Keys title="Item" rows={[['id', id]]} />
      <Keys title="Index keys" rows={Object.entries(indexKeys)} empty="It is in no index." />
      <Keys
        title="Unique claims"
        rows={claims.map((claim) => [claim.unique, claim.id])}
        empty={
          entity.storage?.uniques.length
            ? 'It has no unique value.'
            : `Nothing of ${entity.title.toLowerCase()} is unique.`
        }
      />
      {entity.storage?.expiry && <p>It expires at the time in {entity.storage.expiry}, if that is set.</p>}
    </>
  );
}

interface KeysProps {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, key: string])[];
  readonly empty?: string;
}

const Keys = ({ title, rows, empty }: KeysProps) => (
  <section className="keys-section">
    <h2>{title}</h2>
    {rows.length === 0 && <p className="value-absent">{empty}</p>}
    <dl className="attributes">
      {rows.map(([name, key]) => (
        <div key={name} className="attribute">
          <dt>{name}</dt>
          <dd>
            <code className="value-text">{key}</code>
            <CopyButton text={key} label={`Copy: ${name}`} />
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
