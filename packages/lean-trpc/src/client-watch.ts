import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

type RawReply = FastifyReply['raw'];

/** The pending requests of an HTTP/1 connection, or the one request of an HTTP/2 stream. */
const connections = new WeakMap<object, Set<ClientWatch>>();

/**
 * Watches the client of a request until the request is answered. Each request has a signal of its own: listeners that a
 * call leaves behind go with its request, and work that continues after its answer is not aborted during a later
 * request of the connection. The listener for the end of an HTTP/1 connection is shared.
 */
export class ClientWatch {
  readonly #response: RawReply;
  readonly #calls: number;
  #abort: AbortController | undefined;
  #pending: Set<ClientWatch> | undefined;

  constructor({ raw }: FastifyReply, calls: number) {
    this.#response = raw;
    this.#calls = calls;
    if (calls > 1) this.#watch(); // cheaper than a lazy property of each call
  }

  /**
   * Aborts if the client disconnects before its answer. That of a single call is created when it is first read: it costs
   * 6 µs, and as much in garbage collection (Node 20).
   */
  get signal(): AbortSignal {
    return (this.#abort ?? this.#watch()).signal;
  }

  /** The signal if it has been created. */
  get knownSignal(): AbortSignal | undefined {
    return this.#abort?.signal;
  }

  #watch(): AbortController {
    const response = this.#response;
    const { httpVersionMajor, socket } = response.req;
    const abort = new AbortController();
    this.#abort = abort;
    // one of each call is no leak, but Node 20 warns from the eleventh on; to set this costs 10 µs
    if (this.#calls > 10) setMaxListeners(0, abort.signal);
    if (response.destroyed || socket?.destroyed) this.disconnected();
    this.#pending = pendingOf(httpVersionMajor === 1 ? socket : response);
    this.#pending.add(this);
    return abort;
  }

  /** Ends the watch as soon as the answer is sent. */
  answered(): void {
    if (!this.#pending) return;
    this.#pending.delete(this);
    // `onSend` hooks may still be at work
    if (!this.#response.writableEnded) this.#response.once('close', () => this.disconnected());
  }

  disconnected(): void {
    if (!this.#response.writableEnded) this.#abort?.abort();
  }
}

function pendingOf(emitter: RawReply | RawReply['req']['socket']): Set<ClientWatch> {
  const known = connections.get(emitter);
  if (known) return known;
  const pending = new Set<ClientWatch>();
  emitter.once('close', () => {
    for (const watch of pending) watch.disconnected();
  });
  connections.set(emitter, pending);
  return pending;
}
