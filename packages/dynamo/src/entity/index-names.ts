/** Names of the keys of each index that a table can have. DynamoDB allows a table 20 global secondary indexes. */
export const indexKeyNames: Readonly<Record<IndexName, readonly [pk: IndexKeyName, sk: IndexKeyName]>> = {
  GSI1: ['pk1', 'sk1'],
  GSI2: ['pk2', 'sk2'],
  GSI3: ['pk3', 'sk3'],
  GSI4: ['pk4', 'sk4'],
  GSI5: ['pk5', 'sk5'],
  GSI6: ['pk6', 'sk6'],
  GSI7: ['pk7', 'sk7'],
  GSI8: ['pk8', 'sk8'],
  GSI9: ['pk9', 'sk9'],
  GSI10: ['pk10', 'sk10'],
  GSI11: ['pk11', 'sk11'],
  GSI12: ['pk12', 'sk12'],
  GSI13: ['pk13', 'sk13'],
  GSI14: ['pk14', 'sk14'],
  GSI15: ['pk15', 'sk15'],
  GSI16: ['pk16', 'sk16'],
  GSI17: ['pk17', 'sk17'],
  GSI18: ['pk18', 'sk18'],
  GSI19: ['pk19', 'sk19'],
  GSI20: ['pk20', 'sk20'],
};

// biome-ignore format: one line is easier to read
type IndexNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20;

/** An index of the table: `GSI1` has the keys pk1 and sk1. */
export type IndexName = `GSI${IndexNumber}`;

/** `pk1` to `pk20`, `sk1` to `sk20` */
export type IndexKeyName = `${'pk' | 'sk'}${IndexNumber}`;

/** The indexes in order: a table with three has the first three. */
export const indexNames = Object.keys(indexKeyNames) as readonly IndexName[];

const keys: ReadonlySet<string> = new Set(Object.values(indexKeyNames).flat());

/** True for a key of an index that a table can have. */
export const isKeyOfIndex = (name: string): boolean => keys.has(name);
