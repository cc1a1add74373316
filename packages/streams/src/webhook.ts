import { Webhook } from 'standardwebhooks';

/** An event in the form of Standard Webhooks. */
export interface WebhookEvent {
  /** The same for each attempt, so that receivers can detect duplicates. For example `changeKey(change)`. */
  readonly id: string;
  /** The type of the event, such as `issue.created`. */
  readonly type: string;
  /** The time of the event, in ISO 8601. */
  readonly timestamp: string;
  readonly data: unknown;
}

/** The receiver of events, and the secret that it shares. */
export interface WebhookOptions {
  readonly url: string;
  /**
   * `whsec_` and 24 to 64 bytes in Base64, shared with the receiver. With a list, a receiver needs one of the secrets,
   * so that they can be rotated.
   */
  readonly secret: string | readonly string[];
  /** Milliseconds within which the receiver has to answer. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

/** The receiver of a webhook did not accept an event. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code = 'WEBHOOK_REJECTED';
  /** The HTTP status of the answer; undefined if there was none. */
  readonly status: number | undefined;
  constructor(status: number | undefined, options?: ErrorOptions) {
    super(
      status === undefined
        ? 'The receiver of the webhook did not answer'
        : `The receiver of the webhook answered ${status}`,
      options,
    );
    this.status = status;
  }
}

/**
 * Returns a `send` for `outbox` that posts each event to a URL, signed as in Standard Webhooks (HMAC SHA-256; headers
 * `webhook-id`, `webhook-timestamp` and `webhook-signature`). It follows no redirects.
 * @throws TypeError for an invalid secret
 */
export function webhook({ url, secret, timeoutMs = 10_000 }: WebhookOptions) {
  const signers = [secret].flat().map(signerOf);
  return async (events: readonly WebhookEvent[]): Promise<void> => {
    for (const { id, type, timestamp, data } of events) {
      const body = JSON.stringify({ type, timestamp, data });
      const sentAt = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': signers.map((signer) => signer.sign(id, sentAt, body)).join(' '),
      };
      await post(url, { headers, body, signal: AbortSignal.timeout(timeoutMs) });
    }
  };
}

async function post(url: string, request: RequestInit): Promise<void> {
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', ...request }).catch((error) => {
    throw new WebhookError(undefined, { cause: error });
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new WebhookError(answer.status);
}

function signerOf(secret: string): Webhook {
  if (/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) return new Webhook(secret);
  throw new TypeError('The secret of the webhook is not valid; it takes whsec_ and 24 to 64 bytes in Base64');
}
