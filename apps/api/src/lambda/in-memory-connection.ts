import { Duplex } from 'node:stream';

/** An in-memory connection between an HTTP client and the server of the app. */
export interface InMemoryConnection {
  readonly client: Duplex;
  /** To be passed to the server: `server.emit('connection', socket)`. */
  readonly server: Duplex;
}

/**
 * Returns both ends of a connection.
 * @param remoteAddress the IP address that the server sees
 */
export function inMemoryConnection(remoteAddress: string): InMemoryConnection {
  const [client, server] = [new ConnectionEnd(), new ConnectionEnd(remoteAddress)];
  client.connect(server);
  server.connect(client);
  return { client, server };
}

/** One end: data written to it is read from its peer. It has the methods of a socket that HTTP servers call. */
class ConnectionEnd extends Duplex {
  readonly remoteAddress: string | undefined;
  #peer: ConnectionEnd | undefined;
  /** Resumes the writes of the peer, which wait until this end is read. */
  #resumePeer: (() => void) | undefined;

  constructor(remoteAddress?: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  connect(peer: ConnectionEnd): void {
    this.#peer = peer;
  }

  override _read(): void {
    const resume = this.#resumePeer;
    this.#resumePeer = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const peer = this.#peer;
    // a server that has rejected a request does not read its rest
    if (!peer || peer.destroyed || peer.readableEnded || chunk.length === 0 || peer.push(chunk)) done();
    else peer.#resumePeer = done;
  }

  override _final(done: () => void): void {
    if (!this.#peer?.destroyed) this.#peer?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const peer = this.#peer;
    this.#resumePeer?.();
    if (peer && !peer.destroyed) {
      peer.push(null); // the peer can still read the data that was sent before
      if (error) peer.destroy();
    }
    done(error);
  }

  /** Ends the connection at once, as a socket does for a client that does not read its answer. */
  resetAndDestroy(): this {
    this.#peer?.destroy();
    return this.destroy();
  }

  setTimeout(): this {
    return this; // an invocation has a deadline
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
