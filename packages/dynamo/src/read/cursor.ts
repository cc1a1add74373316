import { hash } from 'node:crypto';
import type { EntityDefinition } from '../entity/entity-definition.js';
import { maxPartitionKeyBytes, maxSortKeyBytes } from '../entity/entity-id.js';
import { InvalidCursorError } from '../errors.js';
import { type IndexQuery, isWithin } from '../expressions/key-condition.js';
import { hide, isHidden, reveal } from './hidden-position.js';

/** A place in an index: the sort key and the stored id of an item. */
export interface Position {
  readonly sk: string;
  readonly id: string;
}

/** Returns a text that tells the cursors of queries apart which differ in nothing but the entities that they read. */
export const entityText = ({ prefix, scope }: Pick<EntityDefinition, 'prefix' | 'scope'>): string =>
  scope === undefined ? prefix : prefix + JSON.stringify(scope);

/**
 * Encodes and decodes the cursors of one query. A cursor holds a fingerprint of the query, a sort key and an unprefixed id; the partition key
 * comes from the query. A page that ended early may have ended at an item of another entity, whose id is kept whole, or of another scope, which
 * is encrypted.
 */
export class CursorCodec {
  readonly #prefix: string;
  readonly #query: IndexQuery;
  readonly #entities: string;
  readonly #key: Uint8Array | undefined;
  #fingerprint: string | undefined;

  /**
   * @param entities the `entityText` of all that the query reads
   * @param key within a scope: encrypts where a page ended early
   */
  constructor(prefix: string, query: IndexQuery, entities = prefix, key?: Uint8Array) {
    this.#prefix = prefix;
    this.#query = query;
    this.#entities = entities;
    this.#key = key;
  }

  /** Returns the cursor of an item that the query returned. */
  encode(position: Position): string {
    return plain(this.#jsonOf(position));
  }

  /** Returns the cursor of any item, at which a page ended early. */
  encodeEarlyEnd(position: Position): string {
    return this.#key ? hide(this.#key, this.#jsonOf(position), this.#queryFingerprint()) : this.encode(position);
  }

  #jsonOf({ sk, id }: Position): string {
    const isOwn = id.startsWith(this.#prefix);
    const parts = isOwn ? [sk, id.slice(this.#prefix.length)] : [sk, id, foreign];
    return JSON.stringify([this.#queryFingerprint(), ...parts]);
  }

  /** @throws InvalidCursorError for a value that `encode` did not return for this query */
  decode(cursor: unknown): Position {
    const json = this.#jsonIn(cursor);
    const parts = json === undefined ? undefined : parse(json);
    if (parts?.[0] !== this.#queryFingerprint()) throw new InvalidCursorError();
    const [, sk = '', name = '', mark] = parts;
    const id = mark === undefined ? this.#prefix + name : name;
    const isKey = isKeyText(sk, maxSortKeyBytes) && name !== '' && isKeyText(id, maxPartitionKeyBytes);
    if (!isKey || !isWithin(this.#query.sk, sk) || this.#jsonOf({ sk, id }) !== json) throw new InvalidCursorError();
    return { sk, id };
  }

  /** Returns the text in a cursor; undefined where there is none. */
  #jsonIn(cursor: unknown): string | undefined {
    if (isHidden(cursor)) return this.#key && reveal(this.#key, cursor, this.#queryFingerprint());
    if (typeof cursor !== 'string') return undefined;
    const json = Buffer.from(cursor, 'base64url').toString();
    return plain(json) === cursor ? json : undefined;
  }

  /** Cursors of another entity, index, partition, condition or order have another fingerprint. */
  #queryFingerprint(): string {
    const { index, pk, sk, order = 'asc' } = this.#query;
    const text = () => JSON.stringify([this.#entities, index, pk, sk ?? null, order]);
    this.#fingerprint ??= hash('sha256', text(), 'base64url').slice(0, 22);
    return this.#fingerprint;
  }
}

const foreign = 'foreign';

const plain = (json: string): string => Buffer.from(json).toString('base64url');

const isKeyText = (text: string, maxBytes: number) =>
  text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= maxBytes;

function parse(json: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(json);
    const isList = Array.isArray(parts) && (parts.length === 3 || parts.length === 4);
    return isList && parts.every((part) => typeof part === 'string') ? parts : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
