import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inChunks, limitTo, mapBounded } from '../src/call/concurrency.js';

describe('inChunks', () => {
  it('keeps every element in order, in pieces that are full but for the last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (list, size) => {
        const chunks = inChunks(list, size);
        expect(chunks.flat()).toEqual(list);
        expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
        expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
      }),
    );
  });
});

describe('mapBounded', () => {
  it('runs each element once, never more at a time than allowed', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await mapBounded([1, 2, 3, 4, 5, 6, 7], 3, async (one) => {
      most = Math.max(most, ++running);
      seen.push(one);
      await new Promise(setImmediate);
      running--;
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('rejects with the first failure and begins nothing after it', async () => {
    const seen: number[] = [];
    const work = async (one: number) => {
      seen.push(one);
      if (one === 2) throw new Error('two');
      await new Promise(setImmediate);
    };
    await expect(mapBounded([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('two');
    await new Promise(setImmediate);
    expect(seen).toEqual([1, 2]);
  });
});

describe('limitTo', () => {
  it('runs work in the order of the calls, never more at a time than there are slots', async () => {
    const limit = limitTo(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (one: number) => async () => {
      begun.push(one);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return one;
    };
    const first = [1, 2, 3].map((one) => limit(work(one)));
    const second = [4, 5].map((one) => limit(work(one)));
    expect(await Promise.all([...first, ...second])).toEqual([1, 2, 3, 4, 5]);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(await limit(work(6))).toBe(6);
  });

  it('hands on the slot of work that fails', async () => {
    const limit = limitTo(1);
    const failing = limit(() => Promise.reject(new Error('one')));
    const next = limit(async () => 'two');
    await expect(failing).rejects.toThrow('one');
    expect(await next).toBe('two');
    expect(await limit(async () => 'three')).toBe('three');
  });
});
