/** Problems of a form by the path of the value: `email`, `tags.0`. The path `''` is the whole. */
export type Problems = Readonly<Record<string, readonly string[]>>;

/** Collects problems by path. */
export interface ProblemSink {
  readonly found: Record<string, string[]>;
  readonly add: (path: string, problem: string) => void;
}

export function problemSink(): ProblemSink {
  const found: Record<string, string[]> = {};
  return {
    found,
    add: (path, problem) => {
      const own = Object.hasOwn(found, path) ? found[path] : undefined;
      if (own) own.push(problem);
      else
        Object.defineProperty(found, path, { value: [problem], enumerable: true, writable: true, configurable: true });
    },
  };
}

export const pathTo = (parent: string, name: string | number): string =>
  parent === '' ? String(name) : `${parent}.${name}`;

/** Returns the problems of one value. */
export const problemsAt = (problems: Problems, path: string): readonly string[] =>
  Object.hasOwn(problems, path) ? (problems[path] ?? []) : [];

/** Returns whether a value, or one within it, has a problem. */
export const hasProblems = (problems: Problems, path: string): boolean =>
  Object.keys(problems).some((one) => one === path || one.startsWith(`${path}.`));
