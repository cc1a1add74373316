import { useSearch } from '@tanstack/react-router';
import { useDescription } from '../api/description.js';
import { Empty } from '../components/empty.js';
import { PageHeader } from '../components/page-header.js';
import { EntityCard } from './entity-card.js';
import { LastHour } from './last-hour.js';
import { ScopeSelect } from './scope-select.js';
import { useScopes } from './use-scopes.js';

/** Each entity at a glance, and the work of the API in the last hour. */
export function Overview() {
  const { entities, operations } = useDescription();
  const { scope } = useSearch({ from: '/' });
  const { scopes } = useScopes(entities);
  const chosen = scope ?? scopes?.[0]?.id;
  return (
    <>
      <PageHeader title="Overview">
        <ScopeSelect entities={entities} to="/" scope={scope} />
      </PageHeader>
      {entities.length === 0 && <Empty title="The API has no entities: a router with getById makes one." />}
      <div className="cards">
        {entities.map((entity) => (
          <EntityCard key={entity.name} entity={entity} scope={entity.scope ? chosen : undefined} />
        ))}
      </div>
      {operations.metrics && <LastHour />}
    </>
  );
}
