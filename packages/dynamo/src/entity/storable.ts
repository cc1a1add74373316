/** T itself where DynamoDB can hold it; `never` in place of what it cannot. */
type Storable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined | Uint8Array
    ? T
    : T extends
          | bigint
          | symbol
          | Date
          | ((...args: never[]) => unknown)
          | ReadonlyMap<unknown, unknown>
          | Promise<unknown>
      ? never
      : T extends ReadonlySet<infer E>
        ? StorableSet<T, E>
        : T extends readonly (infer E)[]
          ? readonly Storable<E>[]
          : T extends object
            ? { [K in keyof T]: Storable<T[K]> }
            : never;

type StorableSet<T, E> = [E] extends [string] | [number] | [Uint8Array] ? T : never;

/** The names of the attributes that DynamoDB cannot hold: a Date, bigint, function, symbol, Map or promise, at any depth. */
export type UnstorableAttribute<T> = T extends unknown
  ? { [K in keyof T & string]-?: T[K] extends Storable<T[K]> ? never : K }[keyof T & string]
  : never;
