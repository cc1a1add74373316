import {
  type CallOptions,
  type DynamoModelOptions,
  parseInput,
  TransactionPartError,
  transact,
  type WriteOptions,
} from '@aws-starter-kit/dynamo/model';
import { comparableEmail, normaliseEmail } from '@aws-starter-kit/users';
import { knowNew } from './admin-ids.js';
import { digest } from './digest.js';
import { InvitationNotFoundError } from './errors.js';
import {
  type CreateOrganisation,
  createOrganisationSchema,
  type Member,
  type Organisation,
  type Person,
  type Role,
  type Subject,
} from './organisation.js';
import {
  invitationId,
  memberId,
  membershipsOf,
  type OrganisationModels,
  organisationModels,
} from './organisation-models.js';

/** How often a call is attempted anew after another one came between. */
const maxRounds = 5;

/** An organisation with the role of a subject in it. */
export type OwnOrganisation = Organisation & { role: Role };

/**
 * What a caller does who has no role yet: creates organisations, accepts invitations, and lists its own organisations. What
 * members do within an organisation is in MemberService.
 *
 * Every method can also throw the errors of `@aws-starter-kit/dynamo`.
 */
export class OrganisationService {
  readonly #table: DynamoModelOptions | undefined;
  #made: OrganisationModels | undefined;

  /** @param table options of the models. @default those in the environment, at the first call */
  constructor(table?: DynamoModelOptions) {
    this.#table = table;
  }

  /**
   * Creates an organisation, whose first admin is its creator, in one transaction. With `once`, a repetition of the call
   * returns the organisation as it is now, or null if it is gone.
   * @throws InvalidInputError
   */
  async createOrganisation(
    data: CreateOrganisation,
    creator: Person,
    options: WriteOptions = {},
  ): Promise<Organisation | null> {
    const { organisations, members } = this.#models;
    const { name } = parseInput(createOrganisationSchema, data);
    // a repetition is recognised by its parts, ids included
    const { once } = options;
    const id = once === undefined ? await organisations.newId() : digest(typeof once === 'string' ? once : once.key);
    const adminIds = new Set([memberId(id, creator)]);
    const parts = [
      organisations.creating({ name, adminIds }, { id }),
      members.creating({ ...personOf(creator), organisationId: id, role: 'admin' }),
    ] as const;
    const [created] = await transact(parts, options);
    return created;
  }

  /** Returns the organisations of a subject, up to 1,000, each with the role. An index finds them, which may lag for a moment. */
  async listOrganisationsOf(subject: Subject, options?: CallOptions): Promise<OwnOrganisation[]> {
    const members = await this.#membershipsOf(subject, options);
    const ids = members.map(({ organisationId }) => organisationId);
    const found = await this.#models.organisations.getByIds(ids, options);
    return members.flatMap(({ role }, at) => {
      const organisation = found[at];
      return organisation ? [{ ...organisation, role }] : [];
    });
  }

  /**
   * Returns the role of a subject in the organisation `id`, as `{ [id]: role }`, with strong consistency; without `id` the
   * roles in all organisations, up to 1,000, which an index finds that may lag for a moment.
   */
  async rolesOf(
    { issuer, subject, id }: Subject & { id?: string | undefined },
    options?: CallOptions,
  ): Promise<Record<string, Role>> {
    if (id !== undefined) {
      const read = { ...options, consistent: true } as const;
      const member = await this.#models.members.getById(memberId(id, { issuer, subject }), read);
      return member ? { [id]: member.role } : {};
    }
    const members = await this.#membershipsOf({ issuer, subject }, options);
    return Object.fromEntries(members.map(({ organisationId, role }) => [organisationId, role]));
  }

  /**
   * Accepts an invitation by its token, once and in time, and returns the new member. The invited email must be the one that
   * the identity provider of the caller has verified. A caller who is a member already stays one, in the same role: so the
   * call can be repeated.
   * @throws InvitationNotFoundError
   */
  async acceptInvitation(token: string, person: Person, options: CallOptions = {}): Promise<Member> {
    const { organisations, members, invitations } = this.#models;
    const [organisationId = '', secret = ''] = token.split('.');
    const email = comparableEmail(person.email ?? '');
    if (organisationId === '' || email === undefined) throw new InvitationNotFoundError();
    const [id, invitation] = [memberId(organisationId, person), invitationId(organisationId, email)];
    const read = { ...options, consistent: true } as const;
    for (let round = 1; ; round++) {
      const [member, found] = [await members.getById(id, read), await invitations.getById(invitation, read)];
      if (member) return member;
      if (found?.tokenHash !== digest(secret)) throw new InvitationNotFoundError();
      const { role, tokenHash } = found;
      const { issuer, subject } = person;
      const parts = [
        invitations.deleting(invitation, { mustExist: true, if: { tokenHash } }),
        members.creating({ organisationId, issuer, subject, email, role }),
        knowNew(organisations, organisationId, { id, role }),
      ] as const;
      try {
        return (await transact(parts, options))[1];
      } catch (error) {
        if (!(error instanceof TransactionPartError)) throw error;
        if (error.part === 2) throw new InvitationNotFoundError({ cause: error }); // there is no organisation any more
        if (round === maxRounds) throw error;
      }
    }
  }

  async #membershipsOf(subject: Subject, options?: CallOptions): Promise<Member[]> {
    const query = { index: 'GSI2', pk: membershipsOf(subject), limit: 1000 } as const;
    return (await this.#models.members.query(query, options)).items;
  }

  get #models(): OrganisationModels {
    this.#made ??= organisationModels(this.#table);
    return this.#made;
  }
}

/** Returns the attributes of a member that a person has. An invitation of the email is found by its normalised form. */
const personOf = ({ issuer, subject, email }: Person) => ({
  issuer,
  subject,
  ...(email !== undefined && { email: normaliseEmail(email) }),
});
