/** The id of the scope in which an entity is: of an organisation. */
export interface ScopeSearch {
  readonly scope?: string;
}

/** The search params of a list. */
export interface ListSearch extends ScopeSearch {
  /** The name of the list's procedure without that of its router: `createdAfter`. */
  readonly list?: string;
  readonly order?: 'asc' | 'desc';
  /** Of the page that is shown: the list begins there, or is scrolled to it if it knows the pages before. */
  readonly cursor?: string;
  /** Filters by input, as text. */
  readonly [filter: `f.${string}`]: string | undefined;
}

/** The tabs of an entity's page. */
export const tabs = ['attributes', 'storage', 'history'] as const;
export type Tab = (typeof tabs)[number];

/** The search params of an entity's page. */
export interface PageSearch extends ScopeSearch {
  readonly tab?: Tab;
  /** Times of the versions that the history compares. */
  readonly from?: string;
  readonly to?: string;
}

type Raw = Record<string, unknown>;

const text = (raw: Raw, name: string) => {
  const value = raw[name];
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
};

export const validateScope = (raw: Raw): ScopeSearch => text(raw, 'scope');

export function validateListSearch(raw: Raw): ListSearch {
  const filters = Object.keys(raw).filter((name) => name.startsWith('f.'));
  const texts = ['list', 'cursor', 'scope', ...filters].map((name) => text(raw, name));
  const { order } = raw;
  return Object.assign({}, ...texts, order === 'asc' || order === 'desc' ? { order } : {});
}

export function validatePageSearch(raw: Raw): PageSearch {
  const tab = tabs.find((name) => name === raw.tab);
  return { ...validateScope(raw), ...text(raw, 'from'), ...text(raw, 'to'), ...(tab && { tab }) };
}
