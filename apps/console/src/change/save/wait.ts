/** Resolves after some time, or when the browser is online again; rejects when the signal aborts. */
export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const events = typeof window === 'undefined' ? undefined : window;
    const end = () => {
      clearTimeout(timer);
      events?.removeEventListener('online', end);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(new DOMException('The wait was aborted', 'AbortError'));
      else resolve();
    };
    const timer = setTimeout(end, ms);
    events?.addEventListener('online', end);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
