import { runInNewContext } from 'node:vm';

const words =
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in ' +
  'instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package ' +
  'private protected public await async of eval arguments undefined';
const reserved: ReadonlySet<string> = new Set([...words.split(' '), ...Object.getOwnPropertyNames(Object.prototype)]);

/** Whether code cannot call something so, or an object has something by that name already. */
export const isReservedWord = (word: string): boolean => reserved.has(word);

/** What the language itself has: `Date`, `Map`, `Promise`, … */
const builtIns: ReadonlySet<string> = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]);
/** Types that a generated package uses beside its own. */
const used: ReadonlySet<string> = new Set([
  'Page',
  'Partial',
  'Record',
  'ErrorOptions',
  'CallOptions',
  'UpdateOptions',
  'ListOptions',
  'BaseModel',
  'DynamoModel',
]);

/** Whether a type of that name would hide another one. */
export const isTakenType = (name: string): boolean => builtIns.has(name) || used.has(name);
