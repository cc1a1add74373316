import { answer, type Call, contentOf, type HttpResponse, readAnswer } from './wire.js';

/** The number of answers that are kept. A page is at most 1 MB, so this is also their limit in MB. */
const rememberedAnswers = 32;

export interface StaleIndex {
  /** Returns the engine's answer, and keeps it for later. */
  fresh(call: Call): Promise<HttpResponse>;
  /** Returns an earlier answer to the same request. For a new request, the engine's answer without some of its items. */
  stale(call: Call): Promise<HttpResponse>;
}

/** Creates an index that lags behind its table. */
export function createStaleIndex(): StaleIndex {
  const answers = new Map<string, string>();
  const ask = async (call: Call) => {
    const response = await call.forward();
    const content = await readAnswer(response);
    if (response.statusCode === 200) remember(answers, keyOf(call), content);
    return { response, content };
  };
  return {
    fresh: async (call) => {
      const { response, content } = await ask(call);
      return answer(response.statusCode, content, response);
    },
    stale: async (call) => {
      const known = answers.get(keyOf(call));
      if (known !== undefined) return answer(200, known);
      const { response, content } = await ask(call);
      const isPage = response.statusCode === 200;
      return answer(
        response.statusCode,
        isPage ? withoutSomeItems(JSON.parse(content), call.random) : content,
        response,
      );
    },
  };
}

const keyOf = ({ operation, request }: Call): string => `${operation} ${contentOf(request)}`;

function remember(answers: Map<string, string>, key: string, content: string): void {
  answers.delete(key);
  answers.set(key, content);
  const [oldest] = answers.keys();
  if (answers.size > rememberedAnswers && oldest !== undefined) answers.delete(oldest);
}

interface Page {
  readonly Items?: readonly unknown[];
  readonly Count?: number;
  readonly ScannedCount?: number;
}

/** Leaves out a random half of the items, at least one: the latest writes have not reached the index yet. */
function withoutSomeItems(page: Page, random: () => number) {
  const { Items, Count = 0, ScannedCount = Count } = page;
  const certain = Math.floor(random() * Count);
  const isOmitted = Array.from({ length: Count }, (_, i) => i === certain || random() < 0.5);
  const omitted = isOmitted.filter(Boolean).length;
  return {
    ...page,
    ...(Items && { Items: Items.filter((_, i) => !isOmitted[i]) }), // a count (Select: COUNT) has none
    Count: Count - omitted,
    ScannedCount: ScannedCount - omitted,
  };
}
