/** The imports of each node: a file, a room or a package, by name. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns a chain of imports that ends where it began, such as `['a', 'b', 'a']`, if there is one. */
export function findCycle(graph: ImportGraph): string[] | undefined {
  const checked = new Set<string>();
  const chain: string[] = [];
  const visit = (node: string): string[] | undefined => {
    if (chain.includes(node)) return [...chain.slice(chain.indexOf(node)), node];
    if (checked.has(node)) return undefined;
    chain.push(node);
    for (const imported of graph.get(node) ?? []) {
      const cycle = visit(imported);
      if (cycle) return cycle;
    }
    chain.pop();
    checked.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Returns each import that does not go down in `order`, which names the nodes from the bottom to the top. */
export function findBackwardImports(graph: ImportGraph, order: readonly string[]): string[] {
  return [...graph].flatMap(([node, imports]) =>
    [...imports]
      .filter((imported) => order.indexOf(imported) >= order.indexOf(node))
      .map((imported) => `${node} → ${imported}`),
  );
}

/** Merges the nodes of each group into one, without the imports inside a group. */
export function groupNodes(graph: ImportGraph, groupOf: (node: string) => string): ImportGraph {
  const groups = new Map<string, Set<string>>();
  for (const [node, imports] of graph) {
    const group = groupOf(node);
    const groupImports = groups.get(group) ?? new Set();
    groups.set(group, groupImports);
    for (const imported of imports) if (groupOf(imported) !== group) groupImports.add(groupOf(imported));
  }
  return groups;
}

/** Returns the number of imports in a graph. */
export function countImports(graph: ImportGraph): number {
  return [...graph.values()].reduce((sum, imports) => sum + imports.size, 0);
}
