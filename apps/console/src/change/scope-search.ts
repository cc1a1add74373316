/** Returns the search params that name the scope. */
export const scopeSearch = (scope: string | undefined) => (scope === undefined ? {} : { scope });
