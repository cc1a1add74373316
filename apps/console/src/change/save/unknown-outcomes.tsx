import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { subscribePending, unattendedCalls } from './pending-calls.js';

const PendingCallsNote = lazy(async () => ({ default: (await import('./pending-calls-note.js')).PendingCallsNote }));

/** Above each view, the changes whose outcome is not known. Loads nothing while there are none. */
export function UnknownOutcomes() {
  const hasCalls = useSyncExternalStore(subscribePending, () => unattendedCalls().length > 0);
  const [isLoaded, setIsLoaded] = useState(false);
  if (hasCalls && !isLoaded) setIsLoaded(true); // stays, to show how a call ends
  return isLoaded ? (
    <Suspense fallback={null}>
      <PendingCallsNote />
    </Suspense>
  ) : null;
}
