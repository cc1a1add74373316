/** Returns the words of a name in camel case: `createdAt` → `Created at`, `filter.status` → `Status`. */
export function wordsOf(name: string): string {
  const last = name.split('.').at(-1) ?? name;
  const words = last
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
    .replaceAll(/\bid\b/g, 'ID')
    .replaceAll(/\burl\b/g, 'URL');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns the name of an entity's list: `users.list` → `All`, `issues.listByStatus` → `By status`. */
export function listTitle(path: string): string {
  const name = path.split('.').at(-1) ?? path;
  if (name === 'list') return 'All';
  return wordsOf(name.replace(/^list(?=[A-Z])/, ''));
}
