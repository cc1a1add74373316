/** A module that is imported at its first use, because a process may never need it. */
export interface LazyModule<M> {
  /** The module if it has been imported, so that a caller need not wait for a promise. */
  readonly loaded: M | undefined;
  /** Imports the module, once for all callers. Rejects if the import fails; the next call tries again. */
  load(): Promise<M>;
}

/** Returns a module that is imported by `load`. */
export function lazyModule<M>(load: () => Promise<M>): LazyModule<M> {
  let loading: Promise<M> | undefined;
  const lazy = {
    loaded: undefined as M | undefined,
    load: () => {
      loading ??= load().then(
        (module) => {
          lazy.loaded = module;
          return module;
        },
        (error) => {
          loading = undefined;
          throw error;
        },
      );
      return loading;
    },
  };
  return lazy;
}
