import { type Actor, callerOf } from '../auth/jwt-authentication.js';
import { ClientError } from '../errors/client-error.js';

/** Limits the number of subscriptions of each caller. */
export interface SubscriptionLimit {
  /** Counts a subscription, and returns the function that ends it. @throws ClientError TOO_MANY_REQUESTS */
  enter(actor: Actor): () => void;
}

/** Returns a limit that has counted no subscriptions yet. */
export function subscriptionLimit(perCaller = 20): SubscriptionLimit {
  const counts = new Map<string, number>();
  return {
    enter(actor) {
      const caller = callerOf(actor);
      const count = counts.get(caller) ?? 0;
      if (count >= perCaller) {
        const message = `Too many subscriptions: a caller has at most ${perCaller}`;
        throw new ClientError({ code: 'TOO_MANY_REQUESTS', message });
      }
      counts.set(caller, count + 1);
      return () => {
        const left = (counts.get(caller) ?? 1) - 1;
        if (left > 0) counts.set(caller, left);
        else counts.delete(caller);
      };
    },
  };
}
