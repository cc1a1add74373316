import type { AnyTRPCProcedure } from '@trpc/server';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { buildApp, procedure, router, scopedProcedure } from '../../src/app.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';

const inOrganisation = scopedProcedure({ within: 'organisationId', services: () => ({}) });
const input = z.strictObject({ organisationId: z.string() });
const access = { organisations: async () => ({}) };
const apps: { close(): Promise<unknown> }[] = [];
afterAll(() => Promise.all(apps.map((app) => app.close())));

function build(one: AnyTRPCProcedure, given: Parameters<typeof buildApp>[0] = { access }) {
  const { audit } = capturedTrail();
  const app = buildApp({
    logger: capturedLogger().logger,
    audit,
    router: router({ issues: router({ one }) }),
    ...given,
  });
  apps.push(app);
  return app;
}

it('an app is built if it has a look-up of roles for each scope of its procedures', () => {
  expect(() =>
    build(
      inOrganisation
        .meta({ needs: 'issues:read' })
        .input(input)
        .query(() => 1),
    ),
  ).not.toThrow();
});

it.each([
  [
    'no access to a scope',
    inOrganisation.input(input).query(() => 1),
    {},
    'is within organisationId, but the app has no look-up of roles for it: pass buildApp access: { organisations: (actor) => … }',
  ],
  [
    'access by another name',
    inOrganisation.input(input).query(() => 1),
    { access: { organisationIds: access.organisations } },
    'is within organisationId, but the app has no look-up of roles for it: pass buildApp access: { organisations: (actor) => … }',
  ],
  [
    'a scope that no procedure has services of',
    procedure
      .meta({ within: 'organisationId' })
      .input(input)
      .query(() => 1),
    { access },
    "declares within: 'organisationId', but was not built with scopedProcedure({ within: 'organisationId', … })",
  ],
  [
    'another scope than that of the services',
    inOrganisation
      .meta({ within: 'teamId' })
      .input(input)
      .query(() => 1),
    { access: { ...access, teams: access.organisations } },
    "declares within: 'teamId', but was not built with scopedProcedure({ within: 'teamId', … })",
  ],
  [
    'an own user within a scope',
    inOrganisation
      .meta({ orOwn: 'id' })
      .input(input)
      .query(() => 1),
    { access },
    'declares both within and orOwn: leave orOwn out',
  ],
  [
    'a role without a scope',
    procedure.meta({ needs: 'issues:read', role: 'admin' }).query(() => 1),
    { access },
    'declares a role but no scope: build it with scopedProcedure, or leave role out',
  ],
  [
    'an input without the field',
    inOrganisation.input(z.strictObject({ id: z.string() })).query(() => 1),
    { access },
    'is within organisationId, but its input has no required string organisationId: add organisationId: schemas.id',
  ],
  [
    'an input where the field is optional',
    inOrganisation.input(input.partial()).query(() => 1),
    { access },
    'is within organisationId, but its input has no required string organisationId: add organisationId: schemas.id',
  ],
  [
    'no input',
    inOrganisation.query(() => 1),
    { access },
    'is within organisationId, but its input has no required string organisationId: add organisationId: schemas.id',
  ],
])('an app is not built with %s', (_, one, given, problem) => {
  expect(() => build(one, given)).toThrow(new TypeError(`The procedure issues.one ${problem}`));
});
