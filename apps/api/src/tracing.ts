import { type ProxyTracerProvider, SpanStatusCode, trace } from '@opentelemetry/api';

const name = '@aws-starter-kit/api';

/** Nothing unless an SDK of OpenTelemetry was started before (`node --import`): then calls run without a span, and without its cost. */
const tracer = (trace.getTracerProvider() as ProxyTracerProvider).getDelegateTracer?.(name);

/** Runs a call of a procedure in a span of its own, below that of its HTTP request and above those of its requests to the database. */
export function inSpan<R extends { ok: boolean }>(path: string, run: () => Promise<R>): Promise<R> {
  if (!tracer) return run();
  return tracer.startActiveSpan(path, { attributes: { 'rpc.system': 'trpc', 'rpc.method': path } }, async (span) => {
    try {
      const result = await run();
      if (!result.ok) span.setStatus({ code: SpanStatusCode.ERROR });
      return result;
    } finally {
      span.end();
    }
  });
}
