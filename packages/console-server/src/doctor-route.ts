import { type ExaminationReport, examineTable, type FindingKind, findingKinds } from '@aws-starter-kit/doctor';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { ConsoleExamination } from './description.js';
import { explained } from './explain-failure.js';
import { type Operations, operationsPermissions } from './operations.js';
import { assertPermission, type Guard } from './rejection.js';
import { bodyOf } from './request-body.js';

/** What the findings of a kind are, and whether the doctor repairs them. */
const kinds: Readonly<Record<FindingKind, { readonly title: string; readonly isFixable: boolean }>> = {
  'missing claim': { title: 'Entities whose unique value has no claim', isFixable: true },
  'orphan claim': { title: 'Claims whose owner is gone, or holds another value', isFixable: true },
  'orphan counter': { title: 'Shards of counters whose entity is gone', isFixable: true },
  'wrong expiry': { title: 'Claims that do not expire together with their owner', isFixable: true },
  'wrong keys': { title: 'Index keys that are stale or missing', isFixable: true },
  'other shards': { title: 'Index keys or counters of another number of shards', isFixable: true },
  'missing default': { title: 'Entities without an attribute that has a default', isFixable: true },
  'doubled value': { title: 'Unique values that several entities hold', isFixable: false },
  'unreadable item': { title: 'Entities that cannot be read or written', isFixable: false },
};

const maxExamples = 10;
const inputSchema = z.strictObject({ fix: z.array(z.enum(findingKinds)).max(findingKinds.length).optional() });

/** Adds the route that examines the table, and repairs the chosen kinds of findings. One request runs at a time. */
export function addDoctorRoute(app: FastifyInstance, operations: Operations, guard: Guard): void {
  const { onRepair, withinMs = 25_000 } = operations;
  let isRunning = false;
  app.post('/api/doctor', async (request, reply) => {
    const { fix = [] } = bodyOf(request, inputSchema, guard.reject);
    assertPermission(guard, request, fix.length > 0 ? operationsPermissions.repair : operationsPermissions.read);
    if (isRunning)
      throw guard.reject({ code: 'CONFLICT', message: 'The doctor is examining the table already: wait for its end' });
    isRunning = true;
    const timeout = AbortSignal.timeout(withinMs);
    const gone = closed(reply);
    let repaired = 0;
    const onRepaired = () => repaired++;
    try {
      const report = await examine(operations, fix, { onRepaired, signal: AbortSignal.any([timeout, gone]) });
      if (fix.length > 0) onRepair?.(request, { repaired, code: 'OK' });
      return examinationOf(report);
    } catch (failure) {
      // what was repaired before stays repaired
      if (fix.length > 0)
        onRepair?.(request, {
          repaired,
          code: gone.aborted ? 'CLIENT_CLOSED_REQUEST' : timeout.aborted ? 'TIMEOUT' : 'INTERNAL_SERVER_ERROR',
        });
      if (gone.aborted)
        throw guard.reject({ code: 'CLIENT_CLOSED_REQUEST', message: 'The client closed the request', cause: failure });
      if (timeout.aborted)
        throw guard.reject({
          code: 'TIMEOUT',
          message: `The table takes longer than ${withinMs / 1000} s to examine: run "pnpm db:doctor" instead. Repairs so far are kept`,
          cause: failure,
        });
      throw explained(failure, 'doctor', guard.reject);
    } finally {
      isRunning = false;
    }
  });
}

const examine = (
  { client, tableName, models, rate }: Operations,
  fix: readonly FindingKind[],
  run: { readonly onRepaired: () => void; readonly signal: AbortSignal },
) => examineTable({ client, tableName, models, rate, fix: fix.length > 0 && fix, rows: maxExamples, ...run });

/** Returns a signal that aborts when the client of an answer has gone. */
function closed({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort(new DOMException('The client closed the request', 'AbortError')));
  return gone.signal;
}

/** Returns the kinds of which there is a finding, each with its first examples. */
function examinationOf({ counts, findings, kept }: ExaminationReport): ConsoleExamination {
  return {
    examinedItems: counts.items,
    findings: findingKinds
      .filter((kind) => findings[kind].left + findings[kind].repaired > 0)
      .map((kind) => ({
        kind,
        ...kinds[kind],
        count: findings[kind].left + findings[kind].repaired,
        examples: kept
          .filter((one) => one.kind === kind)
          .flatMap(({ ids }) => ids)
          .slice(0, maxExamples),
        fixed: findings[kind].repaired,
      })),
  };
}
