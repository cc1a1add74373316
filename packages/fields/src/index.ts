export { changesOf } from './changes-of.js';
export { list, map, set } from './collections.js';
export { type FilterOf, filterOf } from './filter-of.js';
export { decimal, integer } from './numbers.js';
export { type Rules, rulesOf } from './rules-of.js';
export { type Stored, storedEntity } from './stored-entity.js';
export { id, line, longText } from './text.js';
export { date, dateTime, timestamp } from './times.js';
