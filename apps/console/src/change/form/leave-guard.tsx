import { useBlocker } from '@tanstack/react-router';
import { lazy, type RefObject, Suspense } from 'react';

const LeaveDialog = lazy(async () => ({ default: (await import('./leave-dialog.js')).LeaveDialog }));

interface LeaveGuardProps {
  readonly isChanged: boolean;
  /** True once the change is saved or given up, so that the view can be left. */
  readonly isDone: RefObject<boolean>;
  /** @default that what was entered has not been saved */
  readonly text?: string | undefined;
}

/** Asks before the view is left with unsaved changes: by a link, by the back button, or by closing the tab. */
export function LeaveGuard({ isChanged, isDone, text }: LeaveGuardProps) {
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged && !isDone.current,
    enableBeforeUnload: () => isChanged && !isDone.current,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog text={text} onStay={blocker.reset} onLeave={blocker.proceed} />
    </Suspense>
  );
}
