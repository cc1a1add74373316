import { type ProxyTracerProvider, SpanStatusCode, trace } from '@opentelemetry/api';

const name = '@aws-starter-kit/api';

/** Undefined unless an OpenTelemetry SDK was started before (`node --import`): then spans cost nothing. */
const tracer = (trace.getTracerProvider() as ProxyTracerProvider).getDelegateTracer?.(name);

/** Runs a call of a procedure in a span, between those of its HTTP request and of its database requests. */
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
