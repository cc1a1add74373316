/** A mutation whose outcome is not known yet. */
export interface PendingCall {
  /** Its idempotency key: the API applies the call once, however often it gets it within 24 hours. */
  readonly key: string;
  /** False if the API ignores the key: to send the call again could apply it twice. */
  readonly takesKey: boolean;
  readonly path: string;
  readonly input: unknown;
  /** What the user wanted: `Create user “Ada”`. */
  readonly title: string;
  /** The name of the entity's router. */
  readonly entity: string;
  /** Milliseconds since 1970, of the first attempt. */
  readonly at: number;
}

const storageKey = 'console.pending-calls';

/** Calls of this page that are under way: the views that sent them ask for their outcome. */
const active = new Set<string>();
const listeners = new Set<() => void>();
let stored: readonly PendingCall[] | undefined;
let unattended: readonly PendingCall[] = [];

/** Keeps a call until its outcome is known, also if the page is reloaded or left. Only this tab can read it. */
export function keepPending(call: PendingCall): void {
  active.add(call.key);
  write([...read().filter(({ key }) => key !== call.key), call]);
}

/** Forgets a call whose outcome is known. */
export function forgetPending(key: string): void {
  active.delete(key);
  write(read().filter((call) => call.key !== key));
}

/** Forgets all calls, when the user signs out: the next one in this tab must not send them. */
export function forgetAllPending(): void {
  active.clear();
  write([]);
}

/** Leaves a call to whoever looks next. */
export function releasePending(key: string): void {
  active.delete(key);
  publish();
}

/** Returns the calls whose outcome nobody asks for. Its result is the same until something changes. */
export const unattendedCalls = (): readonly PendingCall[] => {
  if (!stored) publish();
  return unattended;
};

export function subscribePending(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): readonly PendingCall[] {
  stored ??= parse(sessionStorage.getItem(storageKey));
  return stored;
}

function write(calls: readonly PendingCall[]): void {
  stored = calls;
  try {
    if (calls.length > 0) sessionStorage.setItem(storageKey, JSON.stringify(calls));
    else sessionStorage.removeItem(storageKey);
  } catch {
    // no space is left: the call is known until the page is left
  }
  publish();
}

function publish(): void {
  unattended = read().filter(({ key }) => !active.has(key));
  for (const listener of listeners) listener();
}

function parse(text: string | null): readonly PendingCall[] {
  try {
    const calls: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(calls) ? calls.filter((call) => typeof Object(call).key === 'string') : [];
  } catch {
    return [];
  }
}
