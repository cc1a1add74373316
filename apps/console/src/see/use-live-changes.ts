import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { useApi } from '../api/api-context.js';
import type { Api } from '../api/client.js';
import { type ConsoleEntity, useMayCall } from '../api/description.js';
import { createLiveFeed, type LiveFeed, type LiveSnapshot } from './live-feed.js';
import { findLoadedEntity } from './loaded-entity.js';

interface LiveOptions {
  /** The id of the scope, for an entity that has one. */
  readonly scope?: string | undefined;
  /** @default true */
  readonly isOn?: boolean | undefined;
}

/** The changes of an entity as they happen. Views of one entity share a subscription, which resumes by itself. */
export interface LiveChanges extends LiveSnapshot {
  /** Subscribes again after an error. */
  readonly retry: () => void;
}

const off: LiveSnapshot = { status: 'off', entries: [] };
const feeds = new WeakMap<Api, Map<string, LiveFeed>>();

/**
 * Subscribes to the changes of an entity while the component is shown. The status is `off` where there is nothing to
 * subscribe to: no procedure, no permission, or no scope yet.
 */
export function useLiveChanges(entity: ConsoleEntity, { scope, isOn = true }: LiveOptions = {}): LiveChanges {
  const api = useApi();
  const queryClient = useQueryClient();
  const { changes } = entity;
  const isPossible = isOn && useMayCall()(changes) && (!entity.scope || scope !== undefined);
  const path = isPossible ? changes?.path : undefined;
  const feed = path === undefined ? undefined : feedOf(path);

  function feedOf(path: string): LiveFeed {
    const known = feeds.get(api) ?? new Map<string, LiveFeed>();
    feeds.set(api, known);
    const key = JSON.stringify([path, scope]);
    const input = entity.scope ? { [entity.scope]: scope } : undefined;
    const findLoaded = (id: string) => findLoadedEntity(queryClient, entity.name, id);
    const feed = known.get(key) ?? createLiveFeed({ api, path, input, findLoaded });
    known.set(key, feed);
    return feed;
  }

  const listen = useCallback((listener: () => void) => feed?.listen(listener) ?? (() => {}), [feed]);
  const snapshot = useSyncExternalStore(listen, () => feed?.snapshot() ?? off);
  return { ...snapshot, retry: () => feed?.retry() };
}
