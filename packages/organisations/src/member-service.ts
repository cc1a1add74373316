import { randomBytes } from 'node:crypto';
import {
  type CallOptions,
  ConditionFailedError,
  type DynamoModelOptions,
  type Page,
  parseInput,
  TransactionPartError,
  transact,
  UniqueConstraintError,
  type WriteOptions,
} from '@aws-starter-kit/dynamo';
import { countAdmins } from './count-admins.js';
import { digest } from './digest.js';
import { AlreadyMemberError, LastAdminError } from './errors.js';
import {
  type Invitation,
  type Invite,
  inviteSchema,
  type Member,
  type Role,
  type ServiceAccount,
  type Subject,
  serviceAccountSchema,
} from './organisation.js';
import { invitationId, memberId, type OrganisationModels, organisationModels } from './organisation-models.js';

/** Which part of a list. `limit` is from 1 to 1,000, by default 100. */
export interface MemberList {
  limit?: number | undefined;
  cursor?: string | undefined;
}

const invitationDays = 7;
/** How often a change is attempted anew after another one came between. */
const maxRounds = 5;

/**
 * The members and invitations of one organisation. A member of another one is absent. Whether a caller may call is for the
 * API to decide.
 *
 * Every method can also throw the errors of `@aws-starter-kit/dynamo`.
 */
export class MemberService {
  readonly #organisationId: string;
  readonly #table: DynamoModelOptions | undefined;
  #made: OrganisationModels | undefined;

  /** @param table options of the models. @default those in the environment, at the first call */
  constructor({ organisationId }: { organisationId: string }, table?: DynamoModelOptions) {
    this.#organisationId = organisationId;
    this.#table = table;
  }

  /** Returns a page of members in order of joining. @throws InvalidCursorError */
  listMembers(list: MemberList = {}, options?: CallOptions): Promise<Page<Member>> {
    const pk = `MEMBERS#${this.#organisationId}`;
    return this.#members.query({ ...list, index: 'GSI1', pk }, options);
  }

  /**
   * Changes the role of a member, and returns the member; null if there is none. An organisation keeps an admin, whatever
   * happens at the same time.
   * @throws LastAdminError
   */
  setRole(id: string, role: Role, options?: CallOptions): Promise<Member | null> {
    return this.#change(id, options, async (member) => {
      if (member.role === role) return member;
      const parts = [
        this.#members.updating(id, { role }, { if: { role: member.role } }),
        this.#countAdmins(member.role, role),
      ] as const;
      return (await transact(parts, options))[0];
    });
  }

  /**
   * Removes a member, with an invitation of the same email, and returns who it was; null if there was none.
   * @throws LastAdminError
   */
  removeMember(id: string, options?: CallOptions): Promise<Member | null> {
    return this.#change(id, options, async (member) => {
      const removal = this.#members.deleting(id, { mustExist: true, if: { role: member.role } });
      const count = this.#countAdmins(member.role);
      const { email } = member;
      const invitation = email === undefined ? [] : [this.#invitations.deleting(this.#invitationId(email))];
      await transact([removal, count, ...invitation], options);
      return member;
    });
  }

  /** Removes the member that a subject is. @throws LastAdminError */
  leave(subject: Subject, options?: CallOptions): Promise<Member | null> {
    return this.removeMember(memberId(this.#organisationId, subject), options);
  }

  /**
   * Invites an email for 7 days, in place of an earlier invitation of it. The token goes to that email: only a hash of it is
   * stored.
   * @throws InvalidInputError
   */
  async invite(data: Invite, options?: CallOptions): Promise<{ invitation: Invitation; token: string }> {
    const { email, role } = parseInput(inviteSchema, data);
    const secret = randomBytes(32).toString('base64url');
    const invitation = await this.#invitations.upsert(
      this.#invitationId(email),
      { email, role, tokenHash: digest(secret), expiresAt: inDays(invitationDays) },
      options,
    );
    return { invitation, token: `${this.#organisationId}.${secret}` };
  }

  /** Returns a page of invitations that were neither accepted nor revoked, and have not expired. @throws InvalidCursorError */
  listInvitations(list: MemberList = {}, options?: CallOptions): Promise<Page<Invitation>> {
    const of = { organisationId: this.#organisationId };
    return this.#invitations.query({ ...list, index: 'GSI1', of }, options);
  }

  /** Revokes an invitation, and returns whether it existed. */
  revokeInvitation(id: string, options?: CallOptions): Promise<boolean> {
    return this.#invitations.delete(id, options);
  }

  /**
   * Makes a service account a member. With `once`, a repetition of the call returns the member as it is now, or null if it
   * is gone.
   * @throws AlreadyMemberError, InvalidInputError
   */
  async addServiceAccount(data: ServiceAccount, options: WriteOptions = {}): Promise<Member | null> {
    const account = parseInput(serviceAccountSchema, data);
    const count = countAdmins(this.#models.organisations, this.#organisationId, account.role === 'admin' ? 1 : 0);
    try {
      return (await transact([this.#members.creating(account), count], options))[0];
    } catch (error) {
      const cause = error instanceof TransactionPartError ? error.cause : error;
      throw cause instanceof UniqueConstraintError ? new AlreadyMemberError({ cause: error }) : error;
    }
  }

  /** Reads a member and changes it under the role that was read, and again if that changed in between. */
  async #change(
    id: string,
    options: CallOptions | undefined,
    change: (member: Member) => Promise<Member>,
  ): Promise<Member | null> {
    for (let round = 1; ; round++) {
      const member = await this.#members.getById(id, { ...options, consistent: true });
      if (!member) return null;
      try {
        return await change(member);
      } catch (error) {
        if (!(error instanceof TransactionPartError)) throw error;
        if (error.part === 1 && error.cause instanceof ConditionFailedError) throw new LastAdminError({ cause: error });
        if (error.part !== 0 || round === maxRounds) throw error;
      }
    }
  }

  #countAdmins(before: Role, after?: Role) {
    const by = (Number(after === 'admin') - Number(before === 'admin')) as -1 | 0 | 1;
    return countAdmins(this.#models.organisations, this.#organisationId, by);
  }

  #invitationId(email: string) {
    return invitationId(this.#organisationId, email);
  }

  get #members() {
    return this.#models.members.within({ organisationId: this.#organisationId });
  }

  get #invitations() {
    return this.#models.invitations.within({ organisationId: this.#organisationId });
  }

  get #models(): OrganisationModels {
    this.#made ??= organisationModels(this.#table);
    return this.#made;
  }
}

const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;
