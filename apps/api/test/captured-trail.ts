import { auditTrail } from '../src/telemetry/audit-trail.js';

/** Returns an audit trail that keeps its lines. */
export function capturedTrail() {
  const trail: Record<string, unknown>[] = [];
  return { audit: auditTrail({ serviceName: 'api-test', write: (line) => trail.push(JSON.parse(line)) }), trail };
}
