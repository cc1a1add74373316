import { describe, expect, it } from 'vitest';
import { type BaseModel, DynamoModel, firstOf, inspect, key, lowerCase, orElse } from '../src/index.js';

interface Thing extends BaseModel {
  name: string;
  status: string;
  rank?: number;
}

type Keys = (entity: Thing, now: string) => void;

const indexedBy = (setGSIKeys: Keys) => {
  class ThingModel extends DynamoModel<Thing> {
    protected getEntityName() {
      return 'Thing';
    }
    protected generateId() {
      return 'x';
    }
    protected setGSIKeys = setGSIKeys;
  }
  return inspect(new ThingModel()).indexedAttributes;
};

describe('attributes of keys that a model does not declare', () => {
  it.each<[string, Keys, readonly string[]]>([
    ['of texts alone', (e) => Object.assign(e, { pk1: 'A', sk1: 'B' }), []],
    ['of no index', () => {}, []],
    [
      'of several indexes, in any form',
      (e) => {
        e.pk1 = key(e)`NAME#${lowerCase('name')}`;
        e.sk1 = key(e)`${'createdAt'}`;
        e.pk2 = 'THING';
        e.sk2 = key(e)`${'status'}#${orElse('rank', 'none')}#${firstOf('updatedAt', 'createdAt')}`;
      },
      ['name', 'createdAt', 'status', 'rank', 'updatedAt'],
    ],
  ])('are those that templates name: %s', (_, setGSIKeys, named) => {
    expect(indexedBy(setGSIKeys)).toEqual(named);
  });

  it.each<[string, Keys]>([
    ['reads one itself', (e) => Object.assign(e, { pk1: 'A', sk1: e.name })],
    ['has a condition on one', (e) => e.rank !== undefined && Object.assign(e, { pk1: 'A', sk1: key(e)`${'name'}` })],
    ['asks whether there is one', (e) => 'rank' in e && Object.assign(e, { pk1: 'A', sk1: key(e)`${'name'}` })],
    ['reads all', (e) => Object.assign(e, { pk1: JSON.stringify({ ...e }) })],
    ['takes the time of creation', (e, now) => now < '2030' && Object.assign(e, { pk1: 'A', sk1: key(e)`${'name'}` })],
    [
      'has a condition on a template',
      (e) => key(e)`${'status'}` === 'open' && Object.assign(e, { pk1: 'A', sk1: 'B' }),
    ],
    ['changes what a template made', (e) => Object.assign(e, { pk1: 'A', sk1: key(e)`${'name'}`.slice(0, 3) })],
    [
      'fails without one',
      (e) => {
        e.pk1 = e.name.toUpperCase();
      },
    ],
  ])('are not known where setGSIKeys %s', (_, setGSIKeys) => {
    expect(indexedBy(setGSIKeys)).toBeUndefined();
  });
});
