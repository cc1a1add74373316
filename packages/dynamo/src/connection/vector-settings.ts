/** How near two vectors are: by angle, by straight line, or by dot product, of which a greater one is nearer. */
export type VectorDistance = 'cosine' | 'euclidean' | 'dotProduct';

/** A vector index, as the table has it. Models with the same attribute, dimensions and distance share one. */
export interface VectorIndexSettings {
  readonly attribute: string;
  /** Length of every vector, from 1 to 4,096. */
  readonly dimensions: number;
  /** @default 'cosine' */
  readonly distance?: VectorDistance | undefined;
}

/** DynamoDB's limit of vector indexes per table. */
const mostVectorIndexes = 5;
const maxDimensions = 4096;
const distances: readonly VectorDistance[] = ['cosine', 'euclidean', 'dotProduct'];

/** Returns the name of a vector index: `embedding-cosine`. */
export const vectorIndexName = ({ attribute, distance = 'cosine' }: VectorIndexSettings): string =>
  `${attribute}-${distance}`;

/** Returns what is wrong with the settings of a vector index; undefined where nothing is. */
export function vectorFault({ attribute, dimensions, distance = 'cosine' }: VectorIndexSettings): string | undefined {
  if (!/^[\w.-]{1,200}$/.test(attribute)) {
    return `the attribute ${JSON.stringify(attribute)}; it takes a name of a-z A-Z 0-9 _ . -`;
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maxDimensions) {
    return `${dimensions} dimensions; it takes a whole number from 1 to ${maxDimensions}`;
  }
  return distances.includes(distance) ? undefined : `the distance ${distance}; it takes ${distances.join(', ')}`;
}

/** Returns the vector indexes in a text such as `embedding:384:cosine,photo:512`; undefined where it has something else. */
export function parseVectors(text: string): readonly VectorIndexSettings[] | undefined {
  const settings = text.split(',').map((one) => {
    const [attribute = '', dimensions = '', distance = 'cosine', ...more] = one.trim().split(':');
    const isNumber = /^\d{1,5}$/.test(dimensions) && more.length === 0;
    return { attribute, dimensions: isNumber ? Number(dimensions) : Number.NaN, distance: distance as VectorDistance };
  });
  return vectorsFault(settings) ? undefined : settings;
}

/** Returns what is wrong with the vector indexes of a table; undefined where nothing is. */
export function vectorsFault(all: readonly VectorIndexSettings[]): string | undefined {
  if (all.length > mostVectorIndexes)
    return `${all.length} vector indexes; DynamoDB allows a table ${mostVectorIndexes}`;
  for (const [i, settings] of all.entries()) {
    const fault = vectorFault(settings);
    if (fault) return fault;
    const before = all.slice(0, i).filter(({ attribute }) => attribute === settings.attribute);
    if (before.some((one) => vectorIndexName(one) === vectorIndexName(settings))) {
      return `the index ${vectorIndexName(settings)} twice: models share it`;
    }
    if (before.some(({ dimensions }) => dimensions !== settings.dimensions)) {
      return `different dimensions for ${settings.attribute}; DynamoDB allows an attribute one number of them`;
    }
  }
  return undefined;
}
