import { Webhook } from 'standardwebhooks';

/** An event as Standard Webhooks sends it. */
export interface WebhookEvent {
  /** The same for each delivery: receivers recognise repetitions by it. Such as `changeKey(change)`. */
  readonly id: string;
  /** Names what happened, such as `issue.created`. */
  readonly type: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: unknown;
}

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes as Base64; the receiver has the same. Of several, the receiver needs one, so that they can be exchanged. */
  readonly secret: string | readonly string[];
  /** Milliseconds in which the receiver has to answer. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

/** A receiver did not accept an event. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code = 'WEBHOOK_REJECTED';
  /** The status of the answer; undefined where none came. */
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
 * Returns a `send` for `outbox` that posts each event to a URL, signed by Standard Webhooks (HMAC SHA-256; headers `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`). Redirects are not followed.
 * @throws TypeError for a secret that is none
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
  throw new TypeError('The secret of a webhook is whsec_ and 24 to 64 bytes as Base64');
}
