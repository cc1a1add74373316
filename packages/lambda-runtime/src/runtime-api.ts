import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An error that the runtime has reported. */
export interface InvocationError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** A streamed response. */
export interface StreamedAnswer {
  /** Status, headers and cookies; undefined until they have arrived. */
  readonly head: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  /** The body so far. */
  readonly body: string;
  readonly isEnded: boolean;
}

/** One invocation of a function. */
export interface Invocation {
  readonly requestId: string;
  /** Resolves with the value that the handler returned, or the error that it threw. */
  readonly outcome: Promise<{ readonly response: unknown } | { readonly error: InvocationError }>;
  /** The response of a streaming function. */
  readonly streamed: StreamedAnswer;
}

interface Waiting {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

const base = '/2018-06-01/runtime';
/** Separates the head of a streamed response from its body. */
const delimiter = '\0'.repeat(8);

/** Starts Lambda's Runtime API for one function, on a free port. */
export async function runtimeApi() {
  const waiting: Waiting[] = [];
  const running = new Map<string, OpenInvocation>();
  let wantsNext: ((next: Waiting) => void) | undefined;
  let onInitError: (error: InvocationError) => void = () => {};
  let onReady: () => void = () => {};
  const initError = new Promise<InvocationError>((resolve) => {
    onInitError = resolve;
  });
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });

  function sendNext(response: ServerResponse): void {
    onReady();
    const send = ({ id, event, timeoutMs }: Waiting) => {
      wantsNext = undefined;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:local',
        'lambda-runtime-trace-id': 'Root=1-5e6722a7-cc56f46db7ae02d4da47e000;Sampled=0',
      });
      response.end(JSON.stringify(event));
    };
    const next = waiting.shift();
    if (next) send(next);
    else wantsNext = send;
  }

  async function take(request: IncomingMessage, id: string, kind: string): Promise<void> {
    const invocation = running.get(id);
    if (!invocation) return;
    const isStream = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
    if (kind === 'response' && isStream) await invocation.stream(request);
    else if (kind === 'response') invocation.end({ response: await json(request) });
    else invocation.end({ error: (await json(request)) as InvocationError });
  }

  const server = createServer(async (request, response) => {
    const { url = '' } = request;
    if (url === `${base}/invocation/next`) return sendNext(response);
    if (url === `${base}/init/error`) onInitError((await json(request)) as InvocationError);
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
    if (id !== undefined && kind !== undefined) await take(request, id, kind).catch(() => {}); // the function was killed
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when the function asks for its first event. */
    ready,
    /** Resolves if the initialization fails. */
    initError,
    invoke(event: unknown, timeoutMs: number): Invocation {
      const id = randomUUID();
      const invocation = new OpenInvocation(id);
      running.set(id, invocation);
      const next = { id, event, timeoutMs };
      if (wantsNext) wantsNext(next);
      else waiting.push(next);
      return invocation;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Outcome = Awaited<Invocation['outcome']>;

class OpenInvocation implements Invocation {
  readonly requestId: string;
  readonly outcome: Promise<Outcome>;
  readonly streamed: { head: StreamedAnswer['head']; body: string; isEnded: boolean };
  end: (outcome: Outcome) => void = () => {};

  constructor(requestId: string) {
    this.requestId = requestId;
    this.streamed = { head: undefined, body: '', isEnded: false };
    this.outcome = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Reads a streamed response. Its trailers report a failure of the handler after the start of the response. */
  async stream(request: IncomingMessage): Promise<void> {
    const { streamed } = this;
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk;
      const end = text.indexOf(delimiter);
      if (end < 0) continue;
      streamed.head ??= JSON.parse(text.slice(0, end));
      streamed.body = text.slice(end + delimiter.length);
    }
    streamed.isEnded = true;
    const error = request.trailers['lambda-runtime-function-error-body'];
    if (error === undefined) this.end({ response: streamed });
    else this.end({ error: JSON.parse(Buffer.from(error, 'base64').toString()) });
  }
}
