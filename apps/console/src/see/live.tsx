import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type ConsoleEntity, useDescription, useMayCall } from '../api/description.js';
import { Button } from '../components/button.js';
import { Checkbox } from '../components/checkbox.js';
import { Empty } from '../components/empty.js';
import { PageHeader } from '../components/page-header.js';
import { LiveList, type ShownEntry } from './live-list.js';
import { maxEntries } from './live-merge.js';
import { type FeedState, LiveSource } from './live-source.js';
import { PermissionNote } from './permission-note.js';
import { ScopeSelect } from './scope-select.js';
import { useScopes } from './use-scopes.js';

/** Browsers open six connections to a host over HTTP/1.1. Each subscription holds one, and calls need some too. */
const mostSources = 3;

/** Changes of all entities as they happen, the newest first. */
export function Live() {
  const { entities } = useDescription();
  const mayCall = useMayCall();
  const { scope } = useSearch({ from: '/live' });
  const live = entities.filter(({ changes }) => changes !== undefined);
  const allowed = live.filter(({ changes }) => mayCall(changes));
  const { scopes } = useScopes(allowed);
  const chosen = scope ?? scopes?.[0]?.id;
  const most = isMultiplexed() ? allowed.length : mostSources;
  const [selected, setSelected] = useState<readonly string[]>(allowed.slice(0, most).map(({ name }) => name));
  const [states, setStates] = useState<Readonly<Record<string, FeedState>>>({});
  const [frozen, setFrozen] = useState<readonly ShownEntry[]>();
  const current = merged(allowed, selected, states);
  const waiting = frozen
    ? current.filter(({ entry }) => entry.receivedAt > (frozen[0]?.entry.receivedAt ?? 0)).length
    : 0;

  const toggle = (name: string, isSelected: boolean) =>
    setSelected(isSelected ? [...selected, name] : selected.filter((one) => one !== name));
  if (live.length === 0)
    return (
      <>
        <PageHeader title="Live changes" />
        <Empty title="No router of this API has live changes.">
          <p>A router has them with a subscription named changes.</p>
        </Empty>
      </>
    );
  return (
    <>
      <PageHeader title="Live changes" note={frozen ? 'Paused' : undefined}>
        <ScopeSelect entities={allowed} to="/live" scope={scope} />
        <Button onClick={() => setFrozen(frozen ? undefined : current)} aria-pressed={frozen !== undefined}>
          {frozen ? `Resume${waiting > 0 ? ` (${waiting.toLocaleString()} new)` : ''}` : 'Pause'}
        </Button>
      </PageHeader>
      <fieldset className="live-sources">
        <legend>Entities</legend>
        {live.map((entity) => {
          const isOn = selected.includes(entity.name);
          return mayCall(entity.changes) ? (
            <div key={entity.name} className="live-source">
              <Checkbox
                isSelected={isOn}
                disabled={!isOn && selected.length >= most}
                onChange={(isSelected) => toggle(entity.name, isSelected)}
              >
                {entity.title}
              </Checkbox>
              {isOn && (
                <LiveSource
                  entity={entity}
                  scope={entity.scope ? chosen : undefined}
                  onState={(state) => setStates((all) => ({ ...all, [entity.name]: state }))}
                />
              )}
            </div>
          ) : (
            <PermissionNote
              key={entity.name}
              needs={entity.changes?.needs}
              to={`see changes of ${entity.title.toLowerCase()}`}
            />
          );
        })}
        {selected.length >= most && allowed.length > most && (
          <p className="view-note">
            At most {most} at once: this connection is HTTP/1.1, where each of them takes one of six connections.
          </p>
        )}
      </fieldset>
      <LiveList entries={frozen ?? current} />
      <p className="view-note">
        The newest {maxEntries} changes since this page was opened. An update shows what it changed if the console has
        seen an earlier version.
      </p>
    </>
  );
}

/** Returns the entries of all selected entities, the newest first. */
function merged(
  entities: readonly ConsoleEntity[],
  selected: readonly string[],
  states: Readonly<Record<string, FeedState>>,
): readonly ShownEntry[] {
  return entities
    .filter(({ name }) => selected.includes(name))
    .flatMap((entity) => {
      const { entries = [], scope } = states[entity.name] ?? {};
      return entries.map((entry) => ({ entity, entry, scope }));
    })
    .sort((one, other) => other.entry.receivedAt - one.entry.receivedAt)
    .slice(0, maxEntries);
}

/** Returns whether many requests share a connection, as over HTTP/2. */
function isMultiplexed(): boolean {
  const [page] = performance.getEntriesByType('navigation');
  return page !== undefined && /^h[23]/.test((page as PerformanceNavigationTiming).nextHopProtocol);
}
