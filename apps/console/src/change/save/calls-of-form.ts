import type { Api } from '../../api/client.js';
import { newKey } from './new-key.js';
import { type PendingCall, unattendedCalls } from './pending-calls.js';
import { canAskAgain, type Settled, type SettleOptions, settleCall } from './settle-call.js';

/** A change as a form wants it. */
export type NewCall = Omit<PendingCall, 'key' | 'at'>;

/**
 * Sends the changes of a form. The same change after an unknown outcome is a retry, not another change: it gets the key
 * of the first, also if that was settled or forgotten elsewhere in the meantime.
 */
export function callsOfForm() {
  let uncertain: PendingCall | undefined;
  return {
    async settle(api: Api, call: NewCall, options: SettleOptions): Promise<Settled> {
      const input = JSON.stringify(call.input);
      const before = [...(uncertain ? [uncertain] : []), ...unattendedCalls()].find(
        (other) => other.path === call.path && JSON.stringify(other.input) === input && canAskAgain(other),
      );
      const sent: PendingCall = before ?? { ...call, key: newKey(), at: Date.now() };
      try {
        return await settleCall(api, sent, { ...options, isUncertain: before !== undefined });
      } finally {
        uncertain = unattendedCalls().some(({ key }) => key === sent.key) ? sent : undefined;
      }
    },
  };
}
