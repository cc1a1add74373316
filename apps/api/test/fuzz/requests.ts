/** Input of the fuzzer: bytes in pieces that are written one by one. */
export interface RawRequest {
  pieces: Buffer[];
  /** Number of requests in it; any number of them may be answered. */
  count: number;
}

export type Random = () => number;

/** Returns a generator of numbers from 0 to 1 by seed (mulberry32), so that a run can be repeated. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Vocabulary {
  /** Ids of existing users. */
  ids: string[];
  authorization?: string;
}

const procedures = [
  'list',
  'createdAfter',
  'getById',
  'getByEmail',
  'create',
  'update',
  'delete',
  'batchDelete',
  'count',
];
const nasty = [
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '😀',
    'é',
    "'",
    '"',
    '\\',
    '%',
    '%00',
    '%ff',
    '..',
    '../../etc/passwd',
    '{{7*7}}',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'USER#',
    'UNIQUE#',
    'UNIQUE#USER#email#x',
    'USER#1#2',
    '<script>',
    '\r\nX-A: b',
    'a'.repeat(3000),
  ],
];
const values = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[[]]],
  { __proto__: 1 },
  { length: 1e9 },
  '2024-01-01',
  '9'.repeat(400),
];

/** Returns one HTTP conversation: mostly an almost valid request with one or more odd parts. */
export function makeRequest(random: Random, vocabulary: Vocabulary): RawRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (share: number) => random() < share;
  const number = (below: number) => Math.floor(random() * below);
  const email = () => (chance(0.7) ? `fuzz${number(1000)}@secret.example` : pick(nasty));
  const text = () => (chance(0.3) ? pick(nasty) : chance(0.5) ? pick(vocabulary.ids) : `x${number(1e9)}`);

  const input = (procedure: string): unknown => {
    if (chance(0.1)) return chance(0.5) ? pick(values) : pick(nasty);
    const good: Record<string, () => Record<string, unknown>> = {
      list: () => ({
        limit: number(120),
        cursor: chance(0.3) ? text() : undefined,
        order: pick(['asc', 'desc', 'up']),
      }),
      createdAfter: () => ({ after: pick(['2024-01-01', '2024-01-01T00:00:00Z', text()]), limit: number(120) }),
      getById: () => ({ id: text() }),
      getByEmail: () => ({ email: email() }),
      create: () => ({ email: email(), name: chance(0.7) ? 'Fuzz' : pick(nasty) }),
      update: () => ({
        id: text(),
        data: { name: text(), email: chance(0.3) ? email() : undefined },
        expectedVersion: number(3),
      }),
      delete: () => ({ id: text() }),
      batchDelete: () => ({ ids: Array.from({ length: number(30) }, text) }),
    };
    const made = good[procedure]?.() ?? {};
    if (chance(0.2)) made[pick([...Object.keys(made), ...nasty])] = pick(values);
    return made;
  };

  const broken = (body: string) => {
    const at = number(body.length + 1);
    return pick([
      body.slice(0, at),
      body.slice(0, at) + pick(nasty) + body.slice(at),
      '['.repeat(5000),
      `${body}${body}`,
      '{"a":1e999}',
    ]);
  };

  const oneRequest = (): Buffer => {
    const calls = chance(0.6) ? 1 : chance(0.9) ? 1 + number(20) : 15 + number(40);
    const names = Array.from({ length: calls }, () => pick(procedures));
    const isBatch = calls > 1 || chance(0.2);
    let path = `/trpc/${names.map((name) => `users.${name}`).join(pick([',', ',', ',', '%2C', '%252C']))}`;
    if (chance(0.1))
      path = pick([
        '/',
        '/livez',
        '/readyz',
        '/metrics',
        '/trpc',
        '/trpc/',
        '//',
        '*',
        '/trpc/%',
        '/trpc/users',
        'http://a@b/trpc/users.count',
        `/trpc/${encodeURIComponent(pick(nasty).toWellFormed())}`,
        `/${pick(nasty)}`,
      ]);
    const inputs = isBatch
      ? Object.fromEntries(names.map((name, i) => [chance(0.98) ? i : pick(nasty), input(name)]))
      : input(names[0] ?? '');
    const json = chance(0.08) ? broken(JSON.stringify(inputs) ?? '') : (JSON.stringify(inputs) ?? '');
    const method = chance(0.93)
      ? pick(['GET', 'POST', 'POST'])
      : pick(['PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'get', 'FOO', 'PRI', 'CONNECT']);
    const isPost = method !== 'GET';
    const query = [
      isBatch && 'batch=1',
      !isPost && `input=${chance(0.95) ? encodeURIComponent(json.toWellFormed()) : json}`,
      chance(0.02) && 'connectionParams=1',
    ];
    const target = `${path}${path.startsWith('/trpc/users.') ? `?${query.filter(Boolean).join('&')}` : ''}`;
    const body = Buffer.from(chance(0.02) ? 'x'.repeat(70_000) : isPost ? json : chance(0.03) ? json : '');
    const headers = [
      `Host: ${chance(0.96) ? 'x' : pick(['', 'a b', '[', 'x:99999', 'a@b', ...nasty])}`,
      vocabulary.authorization &&
        chance(0.97) &&
        `Authorization: ${chance(0.98) ? vocabulary.authorization : pick(['Bearer x', 'Basic eDp4', ...nasty])}`,
      body.length > 0 &&
        `Content-Type: ${chance(0.92) ? 'application/json' : pick(['text/plain', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', 'application/x-www-form-urlencoded', '', 'application/json\t', ...nasty])}`,
      chance(0.05) && `Content-Encoding: ${pick(['gzip', 'br', 'deflate', 'x', 'identity'])}`,
      chance(0.05) && `Accept: ${pick(['text/event-stream', 'text/html', '*/*', ''])}`,
      chance(0.1) && `trpc-accept: ${pick(['application/jsonl', 'application/jsonl', 'x'])}`,
      chance(0.05) && `X-Request-Id: ${pick(nasty)}`,
      chance(0.05) &&
        `${pick(['Expect', 'Upgrade', 'Connection', 'Cookie', 'Range', 'X-Forwarded-For', 'If-None-Match', 'Last-Event-ID', 'Origin'])}: ${pick(['100-continue', 'websocket', 'upgrade', 'x'.repeat(9000), 'bytes=0-', ...nasty])}`,
    ].filter((header) => typeof header === 'string');
    const isChunked = body.length > 0 && chance(0.15);
    if (isChunked) headers.push('Transfer-Encoding: chunked');
    else if (body.length > 0 || chance(0.05))
      headers.push(`Content-Length: ${chance(0.96) ? body.length : pick([0, body.length + 5, -1, '1e3', '5, 5'])}`);
    if (chance(0.02)) headers.push('Content-Length: 3');
    const head = `${method} ${target} HTTP/${chance(0.97) ? '1.1' : pick(['1.0', '2.0', '9'])}\r\n${headers.join('\r\n')}\r\n\r\n`;
    const chunked = isChunked && [
      Buffer.from(`${chance(0.95) ? body.length.toString(16) : 'zz'}\r\n`),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ];
    return Buffer.concat([Buffer.from(head, chance(0.5) ? 'utf8' : 'latin1'), ...(chunked || [body])]);
  };

  const count = chance(0.85) ? 1 : 2 + number(4);
  const bytes = Buffer.concat(Array.from({ length: count }, oneRequest));
  const cuts = chance(0.3) ? [number(bytes.length), number(bytes.length)].sort((a, b) => a - b) : [];
  const edges = [0, ...cuts, bytes.length];
  return { count, pieces: edges.slice(1).map((end, i) => bytes.subarray(edges[i], end)) };
}
