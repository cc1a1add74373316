import { answer, type Call, type HttpResponse, readAnswer, withBody } from './wire.js';

/** Leaves a part of a batch unprocessed, at least one request and sometimes all, and answers as DynamoDB does. */
export function unprocessed(call: Call): Promise<HttpResponse> {
  if (call.operation === 'BatchExecuteStatement') return throttledStatements(call);
  return call.operation === 'BatchGetItem' ? unprocessedKeys(call) : unprocessedItems(call);
}

/** Each statement has a result of its own, so those that are not processed are throttled. */
async function throttledStatements({ request, body, random, forward }: Call): Promise<HttpResponse> {
  const statements = body.Statements as readonly unknown[];
  const isUnprocessed = statements.map(isSigned(request) ? () => true : selection(statements.length, random));
  const Statements = statements.filter((_, i) => !isUnprocessed[i]);
  const throttled = { Code: 'ThrottlingError', Message: 'Rate exceeded' };
  const results = (processed: readonly unknown[]) => {
    const next = processed.values();
    return { Responses: isUnprocessed.map((is) => (is ? { Error: throttled } : next.next().value)) };
  };
  if (Statements.length === 0) return answer(200, results([]));
  const response = await forward(withBody(request, { ...body, Statements }));
  const content = await readAnswer(response);
  if (response.statusCode !== 200) return answer(response.statusCode, content, response);
  return answer(200, results((JSON.parse(content) as { Responses: unknown[] }).Responses), response);
}

/** AWS rejects a body that was not signed, so there the whole batch is unprocessed. */
const isSigned = ({ hostname }: Call['request']) => /\.(amazonaws\.com(\.cn)?|aws)$/.test(hostname);

/** Unprocessed writes must not reach the engine, so it receives a smaller body. */
async function unprocessedItems({ request, body, random, forward }: Call): Promise<HttpResponse> {
  const requested = Object.entries(body.RequestItems as WriteRequests);
  const isUnprocessed = isSigned(request) ? () => true : selection(count(requested), random);
  const processed: WriteRequests = {};
  const UnprocessedItems: WriteRequests = {};
  for (const [table, writes] of requested) {
    for (const write of writes) {
      const part = isUnprocessed() ? UnprocessedItems : processed;
      part[table] = [...(part[table] ?? []), write];
    }
  }
  if (Object.keys(processed).length === 0) return answer(200, { UnprocessedItems });

  const response = await forward(withBody(request, { ...body, RequestItems: processed }));
  const content = await readAnswer(response);
  if (response.statusCode !== 200) return answer(response.statusCode, content, response);
  const result = JSON.parse(content) as { UnprocessedItems?: WriteRequests };
  for (const [table, writes] of Object.entries(result.UnprocessedItems ?? {})) {
    UnprocessedItems[table] = [...(UnprocessedItems[table] ?? []), ...writes];
  }
  return answer(200, { ...result, UnprocessedItems }, response);
}

/** Reads change nothing, so the engine receives the whole batch, and a part of the items is removed from its answer. */
async function unprocessedKeys({ body, random, forward }: Call): Promise<HttpResponse> {
  const response = await forward();
  const content = await readAnswer(response);
  const result = JSON.parse(content) as { Responses?: Record<string, readonly Item[]>; UnprocessedKeys?: KeyRequests };
  const isPartialAlready = Object.keys(result.UnprocessedKeys ?? {}).length > 0;
  if (response.statusCode !== 200 || isPartialAlready) return answer(response.statusCode, content, response);

  const requested = Object.entries(body.RequestItems as KeyRequests);
  const isUnprocessed = selection(count(requested.map(([table, { Keys }]) => [table, Keys])), random);
  const Responses: Record<string, readonly Item[]> = {};
  const UnprocessedKeys: KeyRequests = {};
  for (const [table, request] of requested) {
    const unread = request.Keys.filter(() => isUnprocessed());
    const { items, Keys } = splitItems(result.Responses?.[table] ?? [], request.Keys, unread);
    Responses[table] = items;
    if (Keys.length > 0) UnprocessedKeys[table] = { ...request, Keys };
  }
  return answer(200, { ...result, Responses, UnprocessedKeys }, response);
}

type Item = Record<string, unknown>;
type WriteRequests = Record<string, unknown[]>;
type KeyRequests = Record<string, { readonly Keys: readonly Item[] }>;

/** Returns the items that stay, and the keys that are unprocessed. */
function splitItems(items: readonly Item[], asked: readonly Item[], unread: readonly Item[]) {
  if (unread.length === 0) return { items, Keys: [] };
  const names = Object.keys(asked[0] ?? {});
  const keyOf = (item: Item) => text(Object.fromEntries(names.map((name) => [name, item[name]])));
  const isAsked = new Set(asked.map(keyOf));
  // with a projection without the key, or a number in another notation, items cannot be matched to keys: all are unprocessed
  if (items.some((item) => !isAsked.has(keyOf(item)))) return { items: [], Keys: asked };
  const isUnread = new Set(unread.map(keyOf));
  return { items: items.filter((item) => !isUnread.has(keyOf(item))), Keys: unread };
}

const text = (key: Item): string => JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));

const count = (requested: readonly (readonly [string, readonly unknown[]])[]): number =>
  requested.reduce((sum, [, { length }]) => sum + length, 0);

/** Returns for each of `total` requests, in turn, whether it is unprocessed: about half, at least one, and all in a quarter of the batches. */
function selection(total: number, random: () => number): () => boolean {
  const all = random() < 0.25;
  const certain = Math.floor(random() * total);
  let position = 0;
  return () => position++ === certain || all || random() < 0.5;
}
