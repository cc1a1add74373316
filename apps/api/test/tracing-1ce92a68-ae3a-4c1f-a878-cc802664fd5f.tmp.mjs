import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { ConsoleSpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const exporter = new ConsoleSpanExporter(); // or OTLPTraceExporter, in a BatchSpanProcessor
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
new HttpInstrumentation();
new UndiciInstrumentation({
  requestHook(span, { headers }) {
    const [, operation] = /DynamoDB_20120810\.(\w+)/.exec(String(headers)) ?? [];
    if (operation) span.updateName(`DynamoDB.${operation}`);
  },
});
