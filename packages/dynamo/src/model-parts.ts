import type { Session } from './call/model-calls.js';
import type { BaseModel, Changes, NewItem } from './entity/entity.js';
import { detached } from './entity/entity-definition.js';
import { storedId } from './entity/entity-id.js';
import { EntityNotFoundError } from './errors.js';
import type { UpdateRules } from './expressions/update-rules.js';
import { callsOf, ModelReads } from './model-reads.js';
import { checkedVersion, type IdOption, type VersionOption } from './options.js';
import { checking } from './write/check.js';
import { creating, prepareCreate } from './write/create.js';
import { deleting } from './write/delete.js';
import { type PreparedWrite, preparedWrite, type WritePlan } from './write/prepared-write.js';
import { updating } from './write/update.js';

/** The writes of a model that are prepared for `transact`. Their arguments are copied at once. */
export abstract class ModelParts<T extends BaseModel, New = NewItem<T>> extends ModelReads<T> {
  readonly #calls = callsOf(this);

  /** Prepares a create for `transact`: see {@link create}. */
  creating(data: New, { id }: IdOption = {}): PreparedWrite<T> {
    const given = Object(detached(data));
    return this.#prepared('create', {
      given: [given, id],
      gives: 'entity',
      prepare: async (session) => creating(session, await prepareCreate(session.definition, given, id)),
    });
  }

  /**
   * Prepares an update for `transact`: see {@link update}. There, an absent entity is an EntityNotFoundError. With `returns: 'none'` many
   * transactions can increment a number of one entity at the same time: it is neither read nor guarded by its version where no key and no claim is
   * concerned.
   */
  updating(
    id: string,
    changes: Changes<T>,
    options: VersionOption & UpdateRules<T> & { returns: 'none' },
  ): PreparedWrite<undefined>;
  updating(id: string, changes: Changes<T>, options?: VersionOption & UpdateRules<T>): PreparedWrite<T>;
  updating(
    id: string,
    changes: Changes<T>,
    options: VersionOption & UpdateRules<T> & { returns?: 'none' } = {},
  ): PreparedWrite<T | undefined> {
    const [given, rules] = [detached(changes) as Changes<T>, detached(options) as typeof options];
    return this.#prepared('update', {
      given: [id, given, rules],
      gives: rules.returns === 'none' ? 'nothing' : 'entity',
      prepare: async (session) => updating(session, existingId(session, id), given, rules),
    });
  }

  /** Prepares the check, for `transact`, that an entity exists and meets the conditions of `if`. Nothing of it is written. */
  checking(id: string, options: Pick<UpdateRules<T>, 'if'> = {}): PreparedWrite<undefined> {
    const rules = detached(options) as typeof options;
    return this.#prepared('check', {
      given: [id, rules],
      gives: 'nothing',
      prepare: async (session) => checking(session, existingId(session, id), rules),
    });
  }

  /** Prepares a delete for `transact`: see {@link delete}. With `mustExist`, an absent or expired entity is an EntityNotFoundError. */
  deleting(id: string, options: VersionOption & Pick<UpdateRules<T>, 'if'> & { mustExist: true }): PreparedWrite<true>;
  deleting(id: string, options?: VersionOption & Pick<UpdateRules<T>, 'if'>): PreparedWrite<boolean>;
  deleting(id: string, options: VersionOption & Pick<UpdateRules<T>, 'if'> & { mustExist?: true } = {}) {
    const rules = detached(options) as typeof options;
    checkedVersion(rules);
    return this.#prepared<true>('delete', {
      given: [id, rules],
      gives: 'existence',
      prepare: async (session) => {
        const key = rules.mustExist === true ? existingId(session, id) : storedId(session.definition.prefix, id);
        return key === null ? { is: 'applied', value: false } : deleting(session, key, rules, true);
      },
    });
  }

  #prepared<R>(operation: string, plan: Pick<WritePlan, 'given' | 'gives' | 'prepare'>) {
    const calls = this.#calls;
    return preparedWrite<R>({
      name: `${calls.definition.name}.${operation}`,
      definition: calls.definition,
      connection: () => calls.connection,
      begin: (name, options) => calls.begin(name, options),
      deleteCounters: (callOf, ids) => calls.deleteCounters(callOf, ids),
      ...plan,
    });
  }
}

/** @throws EntityNotFoundError for an id that no item can have */
function existingId({ definition: { prefix, name } }: Session, id: string): string {
  const key = storedId(prefix, id);
  if (key === null) throw new EntityNotFoundError(name, id);
  return key;
}
