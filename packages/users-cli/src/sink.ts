/** The destination of an export. */
export interface Sink {
  /** Bytes written so far. */
  readonly bytes: number;
  write(text: string): Promise<void>;
  /** Closes a complete output. */
  finish(): void;
  /** Closes an incomplete output. */
  abandon(): void;
}

export interface SinkOptions {
  /** The size to keep of an interrupted export. */
  bytes: number;
  /** Ends waiting for the reader of a pipe, with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called if a named pipe has no reader yet. */
  onWait?: (() => void) | undefined;
}
