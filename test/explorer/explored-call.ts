import { type PreparedWrite, transact as transactParts } from '@aws-starter-kit/dynamo';
import { type AnyModel, type ModelName, type Models, prefixes } from './models.js';
import {
  creates,
  deletes,
  isCount,
  type Results,
  type Rule,
  required,
  restores,
  reverts,
  once as ruleOnce,
  within as ruleWithin,
  transacts,
  type UpdateTerms,
  updates,
} from './rules.js';

/** What a call runs with: models on its own client, and names that belong to this run alone. */
export interface World {
  readonly models: Models;
  readonly local: <T>(value: T) => T;
  /** Ends a run early. */
  readonly signal: AbortSignal;
  /** The key of the call. */
  readonly once?: string;
}

/**
 * Why a call that is still running may be applied again: an update without `expectedVersion` goes on top of another's write, a create without unique
 * attributes is made again after another's delete, and a delete without claims is made again after another's create. An update with `increment`, `append` or
 * `if`, or a count, is not retried after a lost reply: only the network can double its one attempt, and again another's write has to come between. An update or delete with
 * `expectedVersion` is applied to a later life of the id only where its creator read its clock before the call did.
 */
export type Repetition = 'on top' | 'by its copy' | 'after a delete' | 'after a create' | 'in a later life';

/** A call of the model, with what the contract lets it do. */
export interface ExploredCall {
  readonly name: string;
  readonly rule: Rule;
  readonly mayRepeat?: Repetition;
  /** A change of one of these attributes is a transaction, whose token keeps a retry from a second application. */
  readonly claimed?: readonly string[];
  /** A retry that finds nothing answers true: a delete without claims leaves no evidence. */
  readonly mayFindNothing?: boolean;
  /** After a lost reply, it answers with the entity as it finds it. Other calls may have changed the entity since. */
  readonly mayAnswerLater?: boolean;
  /** Its process ends with the first attempt that gets no answer. */
  readonly crashes?: boolean;
  run(world: World): Promise<unknown>;
}

/** A call that can also be a part of a transaction. */
interface SingleCall extends ExploredCall {
  /** Stored id of its entity. */
  readonly id: string;
  part(world: World): PreparedWrite<unknown>;
}

/** Longer than any run, so that only an attempt that the explorer ends is abandoned. */
const patientMs = 120_000;
const optionsOf = ({ signal, once }: World) => ({ deadlineMs: patientMs, signal, ...(once && { once }) });

/** True for models whose creates and deletes are transactions: a token keeps a retry from applying them twice. */
const isTransactional = (model: ModelName): boolean =>
  model === 'accounts' || model === 'vouchers' || model === 'papers';

export function create(model: ModelName, ref: string, attributes: Readonly<Record<string, unknown>>): SingleCall {
  const data = { ref, ...attributes };
  return {
    id: prefixes[model] + ref,
    name: `create ${ref}`,
    rule: creates(prefixes[model] + ref, data),
    ...(!isTransactional(model) && { mayRepeat: 'after a delete' }),
    run: (world) => world.models[model].create(world.local(data), optionsOf(world)),
    part: ({ models, local }) => models[model].creating(local(data)),
  };
}

/** Writes an entity as a backup has it. */
export function restore(
  model: ModelName,
  ref: string,
  attributes: Readonly<Record<string, unknown>>,
  version: number,
): ExploredCall {
  const data = { ref, ...attributes };
  return {
    name: `restore ${ref} at version ${version}`,
    rule: restores(prefixes[model] + ref, data, version),
    ...(!isTransactional(model) && { mayRepeat: 'after a delete' }),
    run: async (world) => {
      const entity = { ...world.local(data), id: world.local(ref), createdAt: '2025-01-01T00:00:00.000Z', version };
      const { success, failed } = await world.models[model].restore([entity], optionsOf(world));
      if (failed[0]) throw failed[0].error;
      return success[0];
    },
  };
}

function repetitionOf(id: string, changes: object, terms: UpdateTerms): Repetition {
  if (isCount(id, { ...changes }, terms)) return 'by its copy';
  if (terms.expectedVersion !== undefined) return 'in a later life';
  return terms.increment || terms.append || terms.if ? 'by its copy' : 'on top';
}

const claimed = ['email', 'code', 'expiresAt'];

export function update(
  model: ModelName,
  ref: string,
  changes: Readonly<Record<string, unknown>>,
  terms: UpdateTerms = {},
): SingleCall {
  const named = { ...changes, ...terms };
  return {
    id: prefixes[model] + ref,
    name: `update ${ref} ${JSON.stringify(named).replaceAll('"', '')}`,
    rule: updates(prefixes[model] + ref, changes, terms),
    ...(model !== 'papers' && { mayRepeat: repetitionOf(prefixes[model] + ref, changes, terms) }),
    ...(model === 'tallies' && { mayAnswerLater: true }),
    ...(isTransactional(model) && { claimed }),
    run: (world) => {
      const { models, local } = world;
      return models[model].update(local(ref), local(changes), { ...terms, ...optionsOf(world) });
    },
    part: ({ models, local }) => models[model].updating(local(ref), local(changes), terms as { returns: 'none' }),
  };
}

/** The update of one entity as a batch. */
export function batchUpdate(
  model: ModelName,
  ref: string,
  changes: Readonly<Record<string, unknown>>,
  terms: UpdateTerms = {},
): ExploredCall {
  const single = update(model, ref, changes, terms);
  return {
    ...single,
    name: `batch ${single.name}`,
    rule: required(single.rule),
    run: async (world) => {
      const options = { ...terms, ...optionsOf(world) };
      const { success, failed } = await world.models[model].batchUpdate([world.local(ref)], changes, options);
      if (failed[0]) throw failed[0].error;
      return success[0];
    },
  };
}

/** Gives an entity the attributes of one of its versions. */
export const revert = (model: ModelName, ref: string, version: number): ExploredCall => ({
  name: `revert ${ref} to version ${version}`,
  rule: reverts(prefixes[model] + ref, version),
  run: (world) => world.models[model].revert(world.local(ref), version, optionsOf(world)),
});

export function remove(model: ModelName, ref: string, terms: { readonly expectedVersion?: number } = {}): SingleCall {
  const expectation = terms.expectedVersion === undefined ? '' : ` at version ${terms.expectedVersion}`;
  return {
    id: prefixes[model] + ref,
    name: `delete ${ref}${expectation}`,
    rule: deletes(prefixes[model] + ref, { ...terms, mayBeExpired: model === 'leases' || model === 'vouchers' }),
    ...(!isTransactional(model) && {
      mayRepeat: terms.expectedVersion === undefined ? 'after a create' : 'in a later life',
      mayFindNothing: true,
    }),
    run: (world) => world.models[model].delete(world.local(ref), { ...terms, ...optionsOf(world) }),
    part: ({ models, local }) => models[model].deleting(local(ref), terms),
  };
}

/** An update or delete of a model within a scope. */
export function within(scope: { readonly text: string }, call: SingleCall): SingleCall {
  const inside = (world: World): World => ({ ...world, models: modelsWithin(scope, world.models) });
  return {
    ...call,
    name: `${call.name} within ${scope.text}`,
    rule: ruleWithin(scope, call.id, call.rule),
    run: (world) => call.run(inside(world)),
    part: (world) => call.part(inside(world)),
  };
}

function modelsWithin(scope: { readonly text: string }, models: Models): Models {
  const scoped = Object.entries(models).map(([name, model]) => [name, (model as AnyModel).within(scope)]);
  return Object.fromEntries(scoped) as Models;
}

export function transact(...parts: readonly SingleCall[]): ExploredCall {
  return {
    name: `transact (${parts.map(({ name }) => name).join(', ')})`,
    rule: transacts(parts.map(({ rule }) => rule)),
    run: (world) =>
      transactParts(
        parts.map(({ part }) => part(world)),
        optionsOf(world),
      ),
  };
}

/** A call with the key `k`, which is applied once whatever happens. */
export function once(call: ExploredCall, results: Results, { crashes = false } = {}): ExploredCall {
  return {
    name: `${call.name} once${crashes ? ', crashing' : ''}`,
    rule: ruleOnce(call.rule, results, results.length > 1),
    crashes,
    run: (world) => call.run({ ...world, once: world.local('k') }),
  };
}
