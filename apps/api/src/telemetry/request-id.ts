import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Returns the id of a request in our logs and answers. It is never the caller's, who could give many requests one id. */
export const newRequestId = (): string => randomUUID();

/** Returns the caller's own id of a request, if it is short and plain: the audit trail has it beside ours. */
export function callerRequestId({ 'x-request-id': given }: IncomingHttpHeaders): string | undefined {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : undefined;
}
