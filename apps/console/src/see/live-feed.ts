import type { Api } from '../api/client.js';
import type { Entity } from '../api/description.js';
import { type LiveEntry, type LiveEvent, mergeEvent } from './live-merge.js';

/** The state of a feed. A feed that has failed does not try again by itself. */
export interface LiveSnapshot {
  readonly status: 'off' | 'connecting' | 'live' | 'failed';
  readonly error?: unknown;
  /** The newest first. */
  readonly entries: readonly LiveEntry[];
}

/** The changes of an entity, shared by all views that show them. */
export interface LiveFeed {
  /** Calls back after each change of the snapshot. The subscription lasts while there are listeners. */
  readonly listen: (listener: () => void) => () => void;
  readonly snapshot: () => LiveSnapshot;
  readonly retry: () => void;
}

interface LiveFeedOptions {
  readonly api: Api;
  readonly path: string;
  readonly input: unknown;
  readonly findLoaded: (id: string) => Entity | undefined;
}

/** Many changes at once become one rendering. */
const flushMs = 100;
/** A feed outlives the way from one view to another, so that the next one misses nothing. */
const lingerMs = 5_000;

/** Creates a feed. It subscribes when it gets its first listener. */
export function createLiveFeed({ api, path, input, findLoaded }: LiveFeedOptions): LiveFeed {
  const listeners = new Set<() => void>();
  let snapshot: LiveSnapshot = { status: 'off', entries: [] };
  let waiting: { readonly event: LiveEvent; readonly receivedAt: number }[] = [];
  let end: (() => void) | undefined;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let lingerTimer: ReturnType<typeof setTimeout> | undefined;

  const set = (next: Partial<LiveSnapshot>) => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };
  const flush = () => {
    flushTimer = undefined;
    const events = waiting;
    waiting = [];
    const merge = (entries: readonly LiveEntry[], { event, receivedAt }: (typeof events)[number]) =>
      mergeEvent(entries, event, { receivedAt, findLoaded });
    set({ ...(end && { status: 'live' }), entries: events.reduce(merge, snapshot.entries) });
  };
  const start = () => {
    set({ status: 'connecting', error: undefined });
    end = api.subscribe(path, input, {
      onStarted: () => set({ status: 'live' }),
      onConnectionStateChange: ({ state }) => state === 'connecting' && set({ status: 'connecting' }),
      onData: (data) => {
        waiting.push({ event: (data as { readonly data: LiveEvent }).data, receivedAt: Date.now() });
        if (flushTimer === undefined) flushTimer = setTimeout(flush, flushMs);
      },
      onError: (error) => {
        end = undefined;
        set({ status: 'failed', error });
      },
    });
  };
  const stop = () => {
    end?.();
    end = undefined;
    set({ status: 'off', error: undefined });
  };
  return {
    snapshot: () => snapshot,
    retry: () => {
      if (!end && listeners.size > 0) start();
    },
    listen(listener) {
      clearTimeout(lingerTimer);
      listeners.add(listener);
      if (!end && snapshot.status === 'off') start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) lingerTimer = setTimeout(stop, lingerMs);
      };
    },
  };
}
