import { randomBytes } from 'node:crypto';
import {
  type CallOptions,
  ConditionFailedError,
  type DynamoModelOptions,
  IdempotencyMismatchError,
  type NotOnce,
  type Page,
  type PreparedWrite,
  parseInput,
  TransactionPartError,
  transact,
  type WriteOptions,
} from '@aws-starter-kit/dynamo/model';
import { knowAdmin, knowNew, knowNoAdmin } from './admin-ids.js';
import type { ChangeOptions } from './change-options.js';
import { digest } from './digest.js';
import { AlreadyMemberError, LastAdminError, NotAnAdminError, PersonAccountError } from './errors.js';
import { isPerson } from './is-person.js';
import { laterOnce } from './later-once.js';
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
import {
  invitationId,
  memberId,
  type OrganisationModels,
  organisationModels,
  unprefixedMemberId,
} from './organisation-models.js';
import { isAbsent, isTaken } from './part-rejection.js';

/** Which part of a list. `limit` is from 1 to 1,000, by default 100. */
export interface MemberList {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** An invitation with its token, `{organisationId}.{secret}`. */
export interface Invited {
  invitation: Invitation;
  token: string;
}

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

  /** Returns a member, with strong consistency; null if there is none. */
  getMember(id: string, options: CallOptions = {}): Promise<Member | null> {
    return this.#members.getById(id, consistently(options));
  }

  /**
   * Changes the role of a member, and returns the member; null if there is none. An organisation keeps an admin, whatever
   * happens at the same time.
   * @throws LastAdminError, NotAnAdminError
   */
  setRole(id: string, role: Role, options: ChangeOptions = {}): Promise<Member | null> {
    const target = unprefixedMemberId(id);
    const known = (role === 'admin' ? knowAdmin : knowNoAdmin)(this.#organisations, this.#organisationId, target);
    const update = this.#members.updating(target, { role }, this.#ifAdmin(target, options.by));
    return this.#change([update, known], { ...options, target });
  }

  /**
   * Removes a member, with an invitation of the same email, and returns whether there was one.
   * @throws LastAdminError, NotAnAdminError
   */
  async removeMember(id: string, options: ChangeOptions = {}): Promise<boolean> {
    const target = unprefixedMemberId(id);
    // before the removal, after which nobody knows the email: an accepted invitation would let the member return
    const email = (await this.getMember(target, options))?.email;
    if (email !== undefined) await this.#withdraw(this.#invitationId(email), options);
    const removal = this.#members.deleting(target, { mustExist: true, ...this.#ifAdmin(target, options.by) });
    const known = knowNoAdmin(this.#organisations, this.#organisationId, target);
    return (await this.#change([removal, known], { ...options, target })) === true;
  }

  /** Removes the member that a subject is, and returns whether there was one. @throws LastAdminError */
  leave(subject: Subject, options?: WriteOptions): Promise<boolean> {
    return this.removeMember(memberId(this.#organisationId, subject), { ...options, by: undefined });
  }

  /**
   * Invites an email for 7 days, in place of an earlier invitation of it. The token goes to that email: only a hash of it is
   * stored. With `once`, the token is derived from the key, and a repetition returns the same; null if the invitation was
   * accepted, revoked or replaced since.
   * @throws InvalidInputError, NotAnAdminError
   */
  invite(data: Invite, options?: ChangeOptions & NotOnce): Promise<Invited>;
  invite(data: Invite, options?: ChangeOptions): Promise<Invited | null>;
  async invite(data: Invite, options: ChangeOptions = {}): Promise<Invited | null> {
    const { email, role } = parseInput(inviteSchema, data);
    const secret = this.#secretOf(options);
    const [id, content] = [this.#invitationId(email), { email, role, tokenHash: digest(secret) }];
    let isEarlier = (await this.#invitations.getById(id, consistently(options))) !== null;
    for (let round = 1; ; round++) {
      const write = isEarlier ? this.#invitations.updating(id, content) : this.#invitations.creating(content);
      try {
        const invitation = await this.#write([write], { ...options, once: laterOnce(options.once, round - 1) });
        const isCurrent = invitation?.tokenHash === content.tokenHash;
        return isCurrent ? { invitation, token: `${this.#organisationId}.${secret}` } : null;
      } catch (error) {
        // another call came between, or an attempt of this one that met the other state
        const isOther = error instanceof IdempotencyMismatchError ? round === 1 : isTaken(error) || isAbsent(error);
        if (!isOther || round === maxRounds) throw error;
        isEarlier = !isEarlier;
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
   * @throws AlreadyMemberError, InvalidInputError, NotAnAdminError, PersonAccountError
   */
  async addServiceAccount(data: ServiceAccount, options: ChangeOptions = {}): Promise<Member | null> {
    const account = parseInput(serviceAccountSchema, data);
    const { signal, deadlineMs } = options;
    if (await isPerson(account, this.#table, { signal, deadlineMs })) throw new PersonAccountError();
    const target = memberId(this.#organisationId, account);
    const known = knowNew(this.#organisations, this.#organisationId, { id: target, role: account.role });
    return this.#change([this.#members.creating(account), known], { ...options, target }).catch((error) => {
      throw isTaken(error) ? new AlreadyMemberError({ cause: error }) : error;
    });
  }

  /** Deletes an invitation if it exists, which costs no write else. */
  async #withdraw(id: string, { once: _, ...options }: ChangeOptions): Promise<void> {
    if (await this.#invitations.getById(id, consistently(options)))
      await this.#change([this.#invitations.deleting(id)], options);
  }

  /** Returns what the first part of `#write` gives; null if its entity is absent. */
  async #change<R>(parts: Parts<R>, options: PartsOptions): Promise<R | null> {
    try {
      return await this.#write(parts, options);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  /**
   * Writes in one transaction, if the caller is an admin then. Its parts do not depend on what was read, since a repetition
   * is recognised by them.
   */
  async #write<R>(parts: Parts<R>, { by, target, ...options }: PartsOptions): Promise<R | null> {
    try {
      return (await transact([...parts, ...this.#isAdmin(by, target)], options))[0] as R | null;
    } catch (error) {
      if (!(error instanceof TransactionPartError)) throw error;
      const isRejected = error.cause instanceof ConditionFailedError;
      if (error.part >= parts.length || (error.part === 0 && isRejected)) throw new NotAnAdminError({ cause: error });
      throw isRejected ? new LastAdminError({ cause: error }) : error;
    }
  }

  #secretOf({ once }: ChangeOptions): string {
    if (once === undefined) return randomBytes(32).toString('base64url');
    return digest('invitation', this.#organisationId, typeof once === 'string' ? once : once.key);
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

type Parts<R> = readonly [PreparedWrite<R>, ...PreparedWrite<unknown>[]];

interface PartsOptions extends ChangeOptions {
  /** The member that the first part writes. */
  target?: string;
}

const consistently = ({ signal, deadlineMs }: CallOptions) => ({ signal, deadlineMs, consistent: true }) as const;
