import type { PreparedWrite } from '@aws-starter-kit/dynamo';
import type { OrganisationModel } from './organisation-models.js';

/**
 * Returns the part of a transaction that counts the admins of an organisation, which keeps one at least. It also checks
 * that the organisation exists.
 * @param by how many more admins there are
 */
export const countAdmins = (
  organisations: OrganisationModel,
  organisationId: string,
  by: -1 | 0 | 1,
): PreparedWrite<undefined> =>
  by === 0
    ? organisations.checking(organisationId)
    : organisations.updating(
        organisationId,
        {},
        { increment: { admins: by }, if: { admins: { gte: by < 0 ? 2 : 0 } }, returns: 'none' },
      );
