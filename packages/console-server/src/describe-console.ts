import type { Inspection } from '@aws-starter-kit/dynamo';
import { listProcedures, listSubscriptions } from '@aws-starter-kit/procedures';
import type { AnyTRPCRouter } from '@trpc/server';
import * as z from 'zod';
import { describeEntity } from './describe-entity.js';
import type { ConsoleEntity } from './description.js';

export interface DescribeOptions {
  readonly router: AnyTRPCRouter;
  readonly models: readonly Inspection[];
  /** Called for each procedure that is left out, since it cannot be described. */
  readonly warn: (message: string) => void;
}

/** Describes the entities of a router: those of its routers that have `getById`. */
export function describeConsole({ router, models, warn }: DescribeOptions): ConsoleEntity[] {
  const all = listProcedures(router, { defaultOutput: z.unknown(), onProblem: warn });
  const subscriptions = listSubscriptions(router);
  return all
    .filter(({ path, tag, type }) => path === `${tag}.getById` && type === 'query')
    .map((getById) => describeEntity({ getById, all, subscriptions, models }));
}
