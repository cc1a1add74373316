import type { PreparedWrite } from '@aws-starter-kit/dynamo/model';
import type { Role } from './organisation.js';
import type { OrganisationModel } from './organisation-models.js';

/**
 * Returns the part of a transaction by which an organisation knows a new member, if that is an admin. It also checks that
 * the organisation exists.
 */
export const knowNew = (
  organisations: OrganisationModel,
  organisationId: string,
  { id, role }: { id: string; role: Role },
): PreparedWrite<undefined> =>
  role === 'admin' ? knowAdmin(organisations, organisationId, id) : organisations.checking(organisationId);

/** Returns the part of a transaction by which an organisation knows that a member is an admin. */
export const knowAdmin = (organisations: OrganisationModel, organisationId: string, id: string) =>
  organisations.updating(organisationId, {}, { addToSet: { adminIds: [id] }, returns: 'none' });

/**
 * Returns the part of a transaction by which an organisation knows that a member is no admin, whatever it was before. One
 * admin stays at least.
 */
export const knowNoAdmin = (organisations: OrganisationModel, organisationId: string, id: string) => {
  const isNone = { adminIds: { notContains: id } };
  const hasOthers = { adminIds: { size: { gte: 2 } } };
  const options = { deleteFromSet: { adminIds: [id] }, if: [isNone, hasOthers], returns: 'none' } as const;
  return organisations.updating(organisationId, {}, options);
};
