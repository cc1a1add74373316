/** A module that is imported at its first use, since a process may never need it. */
export interface LazyModule<M> {
  /** The module, once it is imported: its callers then need not wait. */
  readonly loaded: M | undefined;
  load(): Promise<M>;
}

/** Returns a module that `load` imports. A failed import is tried again at the next use. */
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
