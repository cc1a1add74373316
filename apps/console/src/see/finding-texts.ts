/** What the findings of a kind mean, and what a repair does or people have to do. */
export interface FindingText {
  readonly meaning: string;
  readonly repair: string;
}

const texts: Readonly<Record<string, FindingText>> = {
  'missing claim': {
    meaning: 'An entity holds a unique value without a claim, so another entity can take the same value.',
    repair: 'adds the claims.',
  },
  'orphan claim': {
    meaning: 'The owner of a claim is gone or holds another value, so nobody can take the value.',
    repair: 'removes the claims, and their values are free again.',
  },
  'orphan counter': {
    meaning: 'The entity of a counter is gone, but a shard of the counter is still there.',
    repair: 'removes the shards.',
  },
  'wrong expiry': {
    meaning: 'A claim does not expire together with its owner.',
    repair: 'gives each claim the expiry of its owner.',
  },
  'wrong keys': {
    meaning: 'Index keys are stale or missing, so lists lack the entity or show it in the wrong place.',
    repair: 'writes the keys that the model would write now.',
  },
  'other shards': {
    meaning: 'Index keys, or shards of a counter, are those of another number of shards than the model writes now.',
    repair: 'writes the keys for the number that the model writes, and adds other shards of a counter to those.',
  },
  'missing default': {
    meaning: 'An attribute with a default is absent, since the entity is older than the attribute: filters miss it.',
    repair: 'stores the default.',
  },
  'doubled value': {
    meaning: 'Several entities hold one value of a unique attribute.',
    repair: 'decide which of them keeps the value, and change or delete the others.',
  },
  'unreadable item': {
    meaning: 'The schema rejects the entity, or its model cannot write it.',
    repair: 'complete or delete it by hand.',
  },
};

/** Returns the texts of a kind of findings; undefined for a kind that this version does not know. */
export const findingText = (kind: string): FindingText | undefined => texts[kind];
