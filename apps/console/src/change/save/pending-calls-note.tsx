import { useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { useApi } from '../../api/api-context.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { Icon } from '../../components/icon.js';
import { showToast } from '../../components/toast.js';
import { LookLink } from './look-link.js';
import { forgetPending, type PendingCall, subscribePending, unattendedCalls } from './pending-calls.js';
import { FailedNote } from './save-note.js';
import { canAskAgain, NotAppliedError, settleCall } from './settle-call.js';
import { settledText } from './settled-text.js';

/** Changes of which the page was left before their outcome was known. */
export function PendingCallsNote() {
  const calls = useSyncExternalStore(subscribePending, unattendedCalls);
  const [asked, setAsked] = useState<readonly PendingCall[]>([]);
  const shown = [...calls, ...asked.filter(({ key }) => !calls.some((call) => call.key === key))];
  return shown.map((call) => (
    <OnePending
      key={call.key}
      call={call}
      onAsk={() => setAsked((before) => [...before, call])}
      onEnd={() => setAsked((before) => before.filter(({ key }) => key !== call.key))}
    />
  ));
}

interface OnePendingProps {
  readonly call: PendingCall;
  readonly onAsk: () => void;
  readonly onEnd: () => void;
}

function OnePending({ call, onAsk, onEnd }: OnePendingProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const canAsk = canAskAgain(call);

  async function ask() {
    setIsAsking(true);
    setError(undefined);
    onAsk();
    try {
      const settled = await settleCall(api, call, { isUncertain: true });
      showToast({ kind: 'success', text: settledText(call.title, settled) });
      onEnd();
    } catch (reason) {
      setError(reason);
      if (reason instanceof NotAppliedError) showToast({ kind: 'error', text: `Not saved: ${call.title}` });
      onEnd();
    } finally {
      setIsAsking(false);
      queryClient.invalidateQueries({ queryKey: keys.entity(call.entity) });
    }
  }
  return (
    <section className="note" aria-label="A change with an unknown outcome">
      <Icon name="warning" />
      <div className="note-text">
        <p className="note-title">{call.title}</p>
        <p role="status">
          {isAsking
            ? 'Not known yet whether it was saved: asking again…'
            : !canAsk
              ? 'It is not known whether this was saved, and the API cannot tell. Look before you repeat it.'
              : 'It is not known whether this was saved. Asking applies it, unless it was applied already.'}
        </p>
        {error !== undefined && <FailedNote error={error} />}
      </div>
      {canAsk ? (
        <Button variant="primary" isPending={isAsking} onClick={ask}>
          Ask again
        </Button>
      ) : (
        <LookLink call={call} />
      )}
      {!isAsking && <Button onClick={() => forgetPending(call.key)}>Forget it</Button>}
    </section>
  );
}
