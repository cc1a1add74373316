import { answer, type Call, type HttpResponse, readAnswer, withBody } from './wire.js';

/** Holds back a part of a batch, at least one request and now and then all, and says so in the answer as DynamoDB does. */
export function unprocessed(call: Call): Promise<HttpResponse> {
  return call.operation === 'BatchGetItem' ? unprocessedKeys(call) : unprocessedItems(call);
}

/** Held-back writes must not reach the engine, so it gets a smaller body. */
async function unprocessedItems({ request, body, random, forward }: Call): Promise<HttpResponse> {
  const requested = Object.entries(body.RequestItems as WriteRequests);
  // AWS would refuse a body that was not signed: there a batch is held back whole
  const isSigned = /\.(amazonaws\.com(\.cn)?|aws)$/.test(request.hostname);
  const isHeldBack = isSigned ? () => true : heldBack(count(requested), random);
  const processed: WriteRequests = {};
  const UnprocessedItems: WriteRequests = {};
  for (const [table, writes] of requested) {
    for (const write of writes) {
      const part = isHeldBack() ? UnprocessedItems : processed;
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

/** Reads change nothing: the engine gets the whole batch, and a part of what it found is taken out of its answer. */
async function unprocessedKeys({ body, random, forward }: Call): Promise<HttpResponse> {
  const response = await forward();
  const content = await readAnswer(response);
  const result = JSON.parse(content) as { Responses?: Record<string, readonly Item[]>; UnprocessedKeys?: KeyRequests };
  const hasDoneSoItself = Object.keys(result.UnprocessedKeys ?? {}).length > 0;
  if (response.statusCode !== 200 || hasDoneSoItself) return answer(response.statusCode, content, response);

  const requested = Object.entries(body.RequestItems as KeyRequests);
  const isHeldBack = heldBack(count(requested.map(([table, { Keys }]) => [table, Keys])), random);
  const Responses: Record<string, readonly Item[]> = {};
  const UnprocessedKeys: KeyRequests = {};
  for (const [table, request] of requested) {
    const unread = request.Keys.filter(() => isHeldBack());
    const { items, Keys } = splitItems(result.Responses?.[table] ?? [], request.Keys, unread);
    Responses[table] = items;
    if (Keys.length > 0) UnprocessedKeys[table] = { ...request, Keys };
  }
  return answer(200, { ...result, Responses, UnprocessedKeys }, response);
}

type Item = Record<string, unknown>;
type WriteRequests = Record<string, unknown[]>;
type KeyRequests = Record<string, { readonly Keys: readonly Item[] }>;

/** The items that stay, and the keys that are to be asked again. */
function splitItems(items: readonly Item[], asked: readonly Item[], unread: readonly Item[]) {
  if (unread.length === 0) return { items, Keys: [] };
  const names = Object.keys(asked[0] ?? {});
  const keyOf = (item: Item) => text(Object.fromEntries(names.map((name) => [name, item[name]])));
  const isAsked = new Set(asked.map(keyOf));
  // a projection without the key, or a number written in another way: nobody can say whose item it is, so all are held back
  if (items.some((item) => !isAsked.has(keyOf(item)))) return { items: [], Keys: asked };
  const isUnread = new Set(unread.map(keyOf));
  return { items: items.filter((item) => !isUnread.has(keyOf(item))), Keys: unread };
}

const text = (key: Item): string => JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));

const count = (requested: readonly (readonly [string, readonly unknown[]])[]): number =>
  requested.reduce((sum, [, { length }]) => sum + length, 0);

/** Tells for each of `total` requests, in turn, whether it is held back: about half, at least one, in a quarter of the batches all. */
function heldBack(total: number, random: () => number): () => boolean {
  const all = random() < 0.25;
  const certain = Math.floor(random() * total);
  let position = 0;
  return () => position++ === certain || all || random() < 0.5;
}
