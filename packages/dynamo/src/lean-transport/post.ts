import type { Dispatcher } from 'undici';
import type { Attempt } from '../transport.js';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Sends one POST and collects the answer. Rejects with a `code` where the network fails, or the attempt was over. */
export function post(
  dispatcher: Dispatcher,
  { path, headers, body }: { path: string; headers: string[]; body: string },
  attempt: Attempt,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let heads: Reply['headers'] = {};
    const chunks: Buffer[] = [];
    dispatcher.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart(controller) {
          if (attempt.isOver) controller.abort(givenUp());
          else attempt.onOver = () => controller.abort(givenUp());
        },
        onResponseStart(_, statusCode, head) {
          status = statusCode;
          heads = head;
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          resolve({
            status,
            headers: heads,
            body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
          });
        },
        onResponseError(_, error) {
          reject(error);
        },
      },
    );
  });
}

const givenUp = () => Object.assign(new Error('Nobody waits for the answer any more'), { code: 'ABORT_ERR' });
