import { randomBytes } from 'node:crypto';
import {
  type CallOptions,
  ConditionFailedError,
  type DynamoModelOptions,
  EntityNotFoundError,
  type Page,
  type PreparedWrite,
  parseInput,
  TransactionPartError,
  transact,
  UniqueConstraintError,
  type WriteOptions,
} from '@aws-starter-kit/dynamo';
import { knowAdmin, knowNew, knowNoAdmin } from './admin-ids.js';
import { digest } from './digest.js';
import { AlreadyMemberError, LastAdminError, NotAnAdminError } from './errors.js';
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

/** Options of a change. */
export interface ChangeOptions extends CallOptions {
  /**
   * The caller. The change is applied only if this is an admin at that moment, by the same transaction: else NotAnAdminError
   * is thrown. @default nobody: for scripts of an operator
   */
  by?: Subject | undefined;
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
   * @throws LastAdminError, NotAnAdminError
   */
  setRole(id: string, role: Role, options: ChangeOptions = {}): Promise<Member | null> {
    const target = withoutPrefix(id);
    const known = (role === 'admin' ? knowAdmin : knowNoAdmin)(this.#organisations, this.#organisationId, target);
    const update = this.#members.updating(target, { role }, this.#ifAdmin(target, options.by));
    return this.#change([update, known], { ...options, target });
  }

  /**
   * Removes a member, with an invitation of the same email, and returns who it was; null if there was none.
   * @throws LastAdminError, NotAnAdminError
   */
  async removeMember(id: string, options: ChangeOptions = {}): Promise<Member | null> {
    const target = withoutPrefix(id);
    const member = await this.#members.getById(target, consistently(options));
    if (!member) return null;
    const { email } = member;
    const removal = this.#members.deleting(target, { mustExist: true, ...this.#ifAdmin(target, options.by) });
    const known = knowNoAdmin(this.#organisations, this.#organisationId, target);
    const invitation = email === undefined ? [] : [this.#invitations.deleting(this.#invitationId(email))];
    return (await this.#change([removal, known, ...invitation], { ...options, target })) && member;
  }

  /** Removes the member that a subject is. @throws LastAdminError */
  leave(subject: Subject, options?: CallOptions): Promise<Member | null> {
    return this.removeMember(memberId(this.#organisationId, subject), options);
  }

  /**
   * Invites an email for 7 days, in place of an earlier invitation of it. The token goes to that email: only a hash of it is
   * stored.
   * @throws InvalidInputError, NotAnAdminError
   */
  async invite(data: Invite, options: ChangeOptions = {}): Promise<{ invitation: Invitation; token: string }> {
    const { email, role } = parseInput(inviteSchema, data);
    const secret = randomBytes(32).toString('base64url');
    const id = this.#invitationId(email);
    const content = { email, role, tokenHash: digest(secret), expiresAt: inDays(invitationDays) };
    for (let round = 1; ; round++) {
      const earlier = await this.#invitations.getById(id, consistently(options));
      const write = earlier ? this.#invitations.updating(id, content) : this.#invitations.creating(content);
      try {
        const invitation = await this.#change([write], options);
        if (invitation) return { invitation, token: `${this.#organisationId}.${secret}` };
      } catch (error) {
        if (!isTaken(error) || round === maxRounds) throw error; // another invitation came between
      }
    }
  }

  /** Returns a page of invitations that were neither accepted nor revoked, and have not expired. @throws InvalidCursorError */
  listInvitations(list: MemberList = {}, options?: CallOptions): Promise<Page<Invitation>> {
    const of = { organisationId: this.#organisationId };
    return this.#invitations.query({ ...list, index: 'GSI1', of }, options);
  }

  /** Revokes an invitation, and returns whether it existed. @throws NotAnAdminError */
  async revokeInvitation(id: string, options: ChangeOptions = {}): Promise<boolean> {
    return (await this.#change([this.#invitations.deleting(id, { mustExist: true })], options)) === true;
  }

  /**
   * Makes a service account a member. With `once`, a repetition of the call returns the member as it is now, or null if it
   * is gone.
   * @throws AlreadyMemberError, InvalidInputError, NotAnAdminError
   */
  async addServiceAccount(data: ServiceAccount, options: ChangeOptions & WriteOptions = {}): Promise<Member | null> {
    const account = parseInput(serviceAccountSchema, data);
    const target = memberId(this.#organisationId, account);
    const known = knowNew(this.#organisations, this.#organisationId, { id: target, role: account.role });
    return this.#change([this.#members.creating(account), known], { ...options, target }).catch((error) => {
      throw isTaken(error) ? new AlreadyMemberError({ cause: error }) : error;
    });
  }

  /**
   * Writes in one transaction, if the caller is an admin then. Returns the result of the first part; null if that has
   * nothing to change.
   * @param target the member that the first part writes
   */
  async #change<R>(
    parts: readonly [PreparedWrite<R>, ...PreparedWrite<unknown>[]],
    { by, target, ...options }: ChangeOptions & WriteOptions & { target?: string },
  ): Promise<R | null> {
    try {
      return (await transact([...parts, ...this.#isAdmin(by, target)], options))[0] as R | null;
    } catch (error) {
      if (!(error instanceof TransactionPartError)) throw error;
      const { part, cause } = error;
      if (part === 0 && cause instanceof EntityNotFoundError) return null;
      const isRejected = cause instanceof ConditionFailedError;
      if (part >= parts.length || (part === 0 && isRejected)) throw new NotAnAdminError({ cause: error });
      throw isRejected ? new LastAdminError({ cause: error }) : error;
    }
  }

  /** Returns the part of a transaction that checks that the caller is an admin. @param target the member that it writes */
  #isAdmin(by: Subject | undefined, target?: string) {
    const id = by && memberId(this.#organisationId, by);
    return id === undefined || id === target ? [] : [this.#members.checking(id, { if: { role: 'admin' } })];
  }

  /** The same as a condition, for callers that change themselves: a transaction has one part for an entity. */
  #ifAdmin(target: string, by: Subject | undefined) {
    return by && memberId(this.#organisationId, by) === target ? ({ if: { role: 'admin' } } as const) : {};
  }

  #invitationId(email: string) {
    return invitationId(this.#organisationId, email);
  }

  get #organisations() {
    return this.#models.organisations;
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

const withoutPrefix = (id: string) => (id.startsWith('MEMBER#') ? id.slice('MEMBER#'.length) : id);

const consistently = ({ signal, deadlineMs }: CallOptions) => ({ signal, deadlineMs, consistent: true }) as const;

const isTaken = (error: unknown) =>
  error instanceof TransactionPartError && error.cause instanceof UniqueConstraintError;
