import { type FaultyHandler, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { answer, bodyOf, type HttpRequest, operationOf, readAnswer } from '../../../dynamo-faults/src/wire.js';
import type { PolicyDocument } from '../../src/index.js';
import { isAllowed } from './evaluate.js';
import { type NeededPermission, neededPermissions } from './needed-permissions.js';

/** The principal with which tests prepare tables. */
export const administrator = 'administrator';

/** A request of a principal that has a policy. */
export interface RecordedCall {
  readonly principal: string;
  readonly operation: string;
  readonly needed: readonly NeededPermission[];
  readonly denied: readonly NeededPermission[];
}

export interface EnforcingOptions {
  /** Sends the allowed requests, and may inject faults. */
  readonly faults?: FaultyHandler;
  /** Called with each request of a principal that has a policy. */
  readonly onCall: (call: RecordedCall) => void;
}

/**
 * Returns a handler that authorizes requests by the rules of IAM before it sends them to DynamoDB. The principal is the
 * access key that signed the request. A principal without a policy may do everything, and `administrator` gets no
 * faults.
 */
export function enforcingHandler(
  policies: Readonly<Record<string, PolicyDocument>>,
  { faults = faultyHandler({ rules: [] }), onCall }: EnforcingOptions,
): FaultyHandler {
  const streams = new Map<string, string>();
  const plain = faultyHandler({ rules: [] });

  const handle: FaultyHandler['handle'] = async (request, options) => {
    const operation = operationOf(request);
    const principal = principalOf(request);
    const policy = policies[principal];
    const handler = principal === administrator ? plain : faults;
    if (operation === undefined) return handler.handle(request, options);
    if (policy) {
      const needed = neededPermissions(operation, bodyOf(request), (iterator) => streams.get(iterator) ?? '*');
      const denied = needed.filter((permission) => !isAllowed(policy, permission));
      onCall({ principal, operation, needed, denied });
      const [first] = denied;
      if (first)
        return {
          response: operation === 'BatchExecuteStatement' ? deniedEach(needed) : accessDenied(principal, first),
        };
    }
    const { response } = await handler.handle(request, options);
    if (!/ShardIterator|Records/.test(operation)) return { response };
    const text = await readAnswer(response);
    rememberStream(streams, bodyOf(request), text);
    return { response: answer(response.statusCode, text, response) };
  };
  return { ...faults, handle };
}

function principalOf({ headers }: HttpRequest): string {
  return /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** The response of DynamoDB to a request that IAM denies. */
function accessDenied(principal: string, { action, resource }: NeededPermission) {
  return answer(400, {
    __type: 'com.amazon.coral.service#AccessDeniedException',
    Message: `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  });
}

/** Each statement of a batch has a separate response. */
function deniedEach(needed: readonly NeededPermission[]) {
  const denied = { Error: { Code: 'AccessDenied', Message: 'Access denied' } };
  return answer(200, { Responses: needed.map(() => denied) });
}

/** A shard iterator does not name its stream, so it is remembered from the request that returned the iterator. */
function rememberStream(streams: Map<string, string>, body: Readonly<Record<string, unknown>>, text: string): void {
  const output = JSON.parse(text || '{}') as { ShardIterator?: string; NextShardIterator?: string };
  const iterator = output.ShardIterator ?? output.NextShardIterator;
  const stream = typeof body.StreamArn === 'string' ? body.StreamArn : streams.get(String(body.ShardIterator));
  if (iterator !== undefined && stream !== undefined) streams.set(iterator, stream);
}
