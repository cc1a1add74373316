/** Attributes whose values are names: those of other runs on the same table must not meet them. */
const named = /^(ref|email|code)$/;

let runs = 0;

/** The names of one run: `a` of a scenario is stored as `a~17` in the 17th run. */
export function runNames() {
  const suffix = `~${++runs}`;
  const stored = <T>(value: T): T => {
    if (typeof value === 'string') return (value + suffix) as T;
    const entries = Object.entries(value as object);
    return Object.fromEntries(entries.map(([name, one]) => [name, named.test(name) ? stored(one) : one])) as T;
  };
  return {
    /** Puts a name, or the names among attributes, into the form in which this run stores them. */
    stored,
    /** Puts whatever is read or answered back into the form of the scenario. */
    general: <T>(value: T): T => JSON.parse(JSON.stringify(value ?? null).replaceAll(suffix, '')),
  };
}
