import type { BaseModel, ScanOptions } from '@aws-starter-kit/dynamo';
import type { Change, ChangingModel, Models } from './change.js';

/** A model that can be scanned. */
interface ScannableModel extends ChangingModel {
  scanPages(options?: ScanOptions): AsyncIterable<BaseModel[]>;
}

/** The models to read, and what to do with each entity. */
export interface RebuildOptions<M extends Readonly<Record<string, ScannableModel>>>
  extends Omit<ScanOptions, 'consistent'> {
  readonly models: M;
  /** Called with each entity of the models, to add it to totals in memory or to write it. */
  onEntity(entity: Extract<Change<M>, { type: 'created' }>['after'], model: keyof M & string): Promise<void> | void;
}

/**
 * Rebuilds a projection from all entities, with a strongly consistent scan while others write. Stop its handler first.
 * Afterwards, let it continue after its checkpoints, and skip the changes for which the returned function is true.
 *
 * @returns a function that tells whether the scan includes a change. Call it once for each change, in order, until the
 *   changes made during the scan have been delivered. It keeps the id and version of each entity in memory.
 */
export async function rebuild<const M extends Readonly<Record<string, ScannableModel>>>({
  models,
  onEntity,
  ...options
}: RebuildOptions<M>): Promise<(change: Change<M>) => boolean> {
  /** The state of each entity that the projection includes. */
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

/** A version of an entity. `life` is its creation time, since an id may be created again after a delete. */
interface State {
  readonly life: string;
  readonly version: number;
}

const stateOf = ({ createdAt, version }: BaseModel): State => ({ life: createdAt, version });

const isBefore = (a: State, b: State) => a.life < b.life || (a.life === b.life && a.version < b.version);

function isIncluded({ type, before, after }: Change<Models>, state: State | undefined): boolean {
  if (!state) return type !== 'created'; // the entity was deleted before the scan reached it
  return after ? !isBefore(state, stateOf(after)) : isBefore(stateOf(before), state);
}
