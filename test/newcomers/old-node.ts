/** For NODE_OPTIONS: a Node that says that it is older than it is. */
export const pretending = (version: string) => {
  const program = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions } })`;
  return `--import=data:text/javascript,${encodeURIComponent(`${versions}; ${program}`)}`;
};
