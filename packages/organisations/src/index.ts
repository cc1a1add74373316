export type { ChangeOptions } from './change-options.js';
export {
  AlreadyMemberError,
  InvitationNotFoundError,
  LastAdminError,
  NotAnAdminError,
  PersonAccountError,
} from './errors.js';
export { type Invited, type MemberList, MemberService } from './member-service.js';
export {
  type CreateOrganisation,
  createOrganisationSchema,
  type Invitation,
  type Invite,
  invitationSchema,
  inviteSchema,
  type Member,
  memberSchema,
  type Organisation,
  organisationSchema,
  type Person,
  type Role,
  roles,
  type ServiceAccount,
  type Subject,
  serviceAccountSchema,
} from './organisation.js';
export { InvitationModel, MemberModel, OrganisationModel } from './organisation-models.js';
export { OrganisationService, type OwnOrganisation } from './organisation-service.js';
