import { type Call, type HttpHandler, type HttpRequest, type HttpResponse, readAnswer } from './wire.js';

/** The errors of `NodeHttpHandler`: the SDK's retries look at `name` and `code`. */

export function reset(): never {
  throw resetError();
}

export function refused({ request }: { readonly request: HttpRequest }): never {
  const { hostname: address } = request;
  const port = request.port ?? (request.protocol === 'http:' ? 80 : 443);
  const details = { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address, port };
  throw Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), details);
}

/** The engine handles the request, and the caller sees the connection break. */
export async function lostReply({ forward }: Call): Promise<never> {
  await readAnswer(await forward());
  return reset();
}

/** The engine handles the request, and no answer comes until the caller aborts or the `requestTimeout` of its handler throws. */
export async function hang(call: Call, waiting: Waiting, inner: HttpHandler): Promise<HttpResponse> {
  await readAnswer(await call.forward());
  const { throwOnRequestTimeout, requestTimeout } = inner.httpHandlerConfigs();
  const limitMs = throwOnRequestTimeout ? (call.options.requestTimeout ?? requestTimeout) : undefined;
  await waiting.pause(limitMs || longestDelayMs, call.options.abortSignal as AbortSignal | undefined);
  const message = `a request has exceeded the configured ${limitMs} ms requestTimeout`;
  throw Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

/** The longest delay of a Node timer: 24 days. */
const longestDelayMs = 2 ** 31 - 1;

/** Delays that an abort ends. All of them end when the handler is destroyed, as connections do. */
export interface Waiting {
  pause(ms: number, abortSignal?: AbortSignal): Promise<void>;
  close(): void;
}

export function createWaiting(): Waiting {
  const breakOff = new Set<() => void>();
  return {
    pause: (ms, abortSignal) =>
      new Promise((resolve, reject) => {
        if (abortSignal?.aborted) return reject(abortError(abortSignal));
        const end = (finish: () => void) => () => {
          clearTimeout(timer);
          abortSignal?.removeEventListener('abort', onAbort);
          breakOff.delete(onClose);
          finish();
        };
        const onAbort = end(() => reject(abortError(abortSignal)));
        const onClose = end(() => reject(resetError()));
        const timer = setTimeout(end(resolve), ms);
        abortSignal?.addEventListener('abort', onAbort, { once: true });
        breakOff.add(onClose);
      }),
    close: () => {
      for (const close of breakOff) close();
    },
  };
}

export function resetError(): Error {
  const details = { name: 'TimeoutError', code: 'ECONNRESET', errno: -104, syscall: 'read' };
  return Object.assign(new Error('read ECONNRESET'), details);
}

export function abortError(abortSignal: AbortSignal | undefined): Error {
  return Object.assign(new Error('Request aborted', { cause: abortSignal?.reason }), { name: 'AbortError' });
}
