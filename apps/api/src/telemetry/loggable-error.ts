/** Longest chain of causes in a line. */
const maxDepth = 5;

/**
 * Returns what a line may hold of an error: name, code, message and stack, and the same of its causes. Its other fields
 * may hold anything; the reasons of a cancelled transaction hold whole stored items.
 */
export function loggableError(error: Error, depth = 1): Error {
  const name = /^[\w$]{1,64}$/.test(error.name) ? error.name : 'Error';
  const text = quotesValues(error) ? withoutValues(error.message) : error.message;
  const message = text.replace(/\S+@\S+/g, '…'); // emails
  const cause = error.cause instanceof Error && depth < maxDepth ? loggableError(error.cause, depth + 1) : undefined;
  const copy = new Error(message, cause && { cause });
  const { code } = error as { code?: unknown };
  copy.name = name;
  copy.stack = [`${name}: ${message}`, ...framesOf(error)].join('\n');
  return Object.assign(copy, (typeof code === 'string' || typeof code === 'number') && { code });
}

/** Errors of the database that are about the caller's rights or the table, and never about an item. */
const harmless = /AccessDenied|Token|Signature|UnrecognizedClient|ResourceNotFound|Throttl|Throughput|LimitExceeded/;
const dependencyFrame = /[/\\]node_modules[/\\]|\(?node:/;

/**
 * Returns whether a message may quote what its author was given. Ours never do. Those of the database, of JSON and of
 * other packages may; what the system says about a connection does not.
 */
function quotesValues(error: Error): boolean {
  const { $metadata, syscall, issues } = error as { $metadata?: unknown; syscall?: unknown; issues?: unknown };
  if (syscall !== undefined) return false;
  if ($metadata !== undefined) return !harmless.test(error.name);
  if (error instanceof SyntaxError || issues !== undefined) return true; // of JSON, of a schema
  const [origin = ''] = framesOf(error);
  return dependencyFrame.test(origin.trim());
}

/** Returns a message up to the first value that it may quote. */
function withoutValues(message: string): string {
  const [text = ''] = message.split(/[:"'`[{(]/, 1);
  return text === message ? message : `${text.trimEnd()} …`;
}

/** Returns the lines of a stack below its message, which may have several lines. */
function framesOf({ stack = '', message }: Error): string[] {
  const below = stack.replace(message, () => '');
  return below.split('\n').filter((line) => /^\s+at /.test(line));
}
