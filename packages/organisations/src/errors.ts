/** The caller or account is a member of the organisation already. */
export class AlreadyMemberError extends Error {
  override readonly name = 'AlreadyMemberError';
  readonly code = 'ALREADY_MEMBER';
  constructor(options?: ErrorOptions) {
    super('This is a member of the organisation already: change the role instead', options);
  }
}

/** An organisation keeps an admin: this member is the last one. */
export class LastAdminError extends Error {
  override readonly name = 'LastAdminError';
  readonly code = 'LAST_ADMIN';
  constructor(options?: ErrorOptions) {
    super('This is the last admin of the organisation: make another member an admin first', options);
  }
}

/** The caller of a change is no admin of the organisation, at the moment of the change. */
export class NotAnAdminError extends Error {
  override readonly name = 'NotAnAdminError';
  readonly code = 'NOT_AN_ADMIN';
  constructor(options?: ErrorOptions) {
    super('This needs the role admin in the organisation', options);
  }
}

/** There is no such invitation: it was accepted, revoked or replaced, it has expired, or it is for another email. */
export class InvitationNotFoundError extends Error {
  override readonly name = 'InvitationNotFoundError';
  readonly code = 'INVITATION_NOT_FOUND';
  constructor(options?: ErrorOptions) {
    super('There is no such invitation for this email: ask for a new one', options);
  }
}

/** The subject of a service account is a person, who becomes a member by an invitation only. */
export class PersonAccountError extends Error {
  override readonly name = 'PersonAccountError';
  readonly code = 'PERSON_ACCOUNT';
  constructor(options?: ErrorOptions) {
    super('This is the account of a person: invite the email instead', options);
  }
}
