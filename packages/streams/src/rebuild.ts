import type { BaseModel, ScanOptions } from '@aws-starter-kit/dynamo';
import type { Change, ChangingModel, Models } from './change.js';

/** A model whose entities can all be read. */
interface ScannableModel extends ChangingModel {
  scanPages(options?: ScanOptions): AsyncIterable<BaseModel[]>;
}

export interface RebuildOptions<M extends Readonly<Record<string, ScannableModel>>>
  extends Omit<ScanOptions, 'consistent'> {
  readonly models: M;
  /** Is called with each entity of the models, as the change that created it: to add it up in memory, or to write it. */
  onEntity(entity: Extract<Change<M>, { type: 'created' }>['after'], model: keyof M & string): Promise<void> | void;
}

/**
 * Rebuilds a projection from all entities, by a strongly consistent scan while others write. Before, stop its handler; afterwards, let it go on from where it
 * was, with those changes alone for which the returned function is false.
 *
 * @returns tells whether a change is part of what was scanned. Call it once for each change, in their order. It keeps an id and a version of each entity in
 *   memory, and is needed until the changes made during the scan have been delivered.
 */
export async function rebuild<const M extends Readonly<Record<string, ScannableModel>>>({
  models,
  onEntity,
  ...options
}: RebuildOptions<M>): Promise<(change: Change<M>) => boolean> {
  /** The state that each entity has in the projection. */
  const states = new Map<string, State>();
  for (const [model, source] of Object.entries(models)) {
    for await (const page of source.scanPages({ ...options, consistent: true })) {
      for (const entity of page) {
        await onEntity(entity as never, model);
        states.set(`${model} ${entity.id}`, stateOf(entity));
      }
    }
  }
  return (given) => {
    const change = given as Change<Models>;
    const key = `${change.model} ${change.id}`;
    const state = states.get(key);
    if (isIncluded(change, state)) return true;
    if (change.after) states.set(key, stateOf(change.after));
    else states.delete(key);
    return false;
  };
}

/** A version of an entity, and the time of creation of that life of its id. */
interface State {
  readonly life: string;
  readonly version: number;
}

const stateOf = ({ createdAt, version }: BaseModel): State => ({ life: createdAt, version });

const isBefore = (a: State, b: State) => a.life < b.life || (a.life === b.life && a.version < b.version);

function isIncluded({ type, before, after }: Change<Models>, state: State | undefined): boolean {
  if (!state) return type !== 'created'; // it was deleted before it could be scanned
  return after ? !isBefore(state, stateOf(after)) : isBefore(stateOf(before), state);
}
