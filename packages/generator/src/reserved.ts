import { runInNewContext } from 'node:vm';

const words =
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in ' +
  'instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package ' +
  'private protected public await async of eval arguments undefined';
const reserved: ReadonlySet<string> = new Set([...words.split(' '), ...Object.getOwnPropertyNames(Object.prototype)]);

/** Returns whether a word cannot be an identifier, or names a property of every object. */
export const isReservedWord = (word: string): boolean => reserved.has(word);

/** The globals of the language: `Date`, `Map`, `Promise`, … */
const builtIns: ReadonlySet<string> = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]);
/** The types that a generated package imports. */
const used: ReadonlySet<string> = new Set([
  'Page',
  'Partial',
  'Record',
  'ErrorOptions',
  'BatchDeleteResult',
  'CallOptions',
  'UpdateOptions',
  'ListOptions',
  'BaseModel',
  'DynamoModel',
]);

/** Returns whether a type of this name would hide another one. */
export const isTakenType = (name: string): boolean => builtIns.has(name) || used.has(name);
