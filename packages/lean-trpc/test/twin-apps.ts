import { TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { leanRequestHandler } from '../src/index.js';
import { plainRequest } from '../src/plain-request.js';
import { headOf } from './answer-heads.js';
import { twinRouter as router } from './twin-router.js';

export interface Variant {
  maxBatchSize?: number;
  allowBatching?: boolean;
  batching?: { enabled: boolean };
  allowMethodOverride?: boolean;
}

type AddParser = (app: FastifyInstance) => void;

/** An answer, with the errors that were reported to `onError`. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  /** Sorted, because the order of calls in a batch is not defined. */
  reported: string[];
}

export interface Twins {
  /** Sends a request to both handlers. */
  send(request: InjectOptions): Promise<{ official: Answer; lean: Answer }>;
  /** Returns how many requests the lean handler handled itself. */
  plainCount(): number;
  close(): Promise<void>;
}

/** Creates two apps with one router: one with tRPC's handler, one with the lean handler. */
export function twinApps(variant: Variant, addParser: AddParser = addTextParser): Twins {
  let plainCount = 0;
  const official = appWith(fastifyRequestHandler, variant, addParser);
  const lean = appWith(
    (options) => {
      if (plainRequest(options)) plainCount++;
      return leanRequestHandler(options);
    },
    variant,
    addParser,
  );
  return {
    send: async (request) => ({ official: await official.send(request), lean: await lean.send(request) }),
    plainCount: () => plainCount,
    close: async () => {
      await official.app.close();
      await lean.app.close();
    },
  };
}

type Handler = typeof fastifyRequestHandler;

/** Gives tRPC every body as text, as our API does. */
function addTextParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

function appWith(handle: Handler, variant: Variant, addParser: AddParser) {
  const reported: string[] = [];
  const app: FastifyInstance = fastify({ exposeHeadRoutes: false, routerOptions: { maxParamLength: 5000 } });
  addParser(app);
  app.route<{ Params: { path: string } }>({
    method: ['GET', 'POST', 'PUT'],
    url: '/trpc/:path',
    handler: async (req, res) => {
      await handle({
        ...variant,
        router,
        req,
        res,
        path: req.params.path,
        createContext: async ({ info }) => {
          const paths = info.calls.map(({ path }) => path);
          if (paths.includes('nothing') && info.isBatchCall)
            throw new TRPCError({ code: 'UNAUTHORIZED', message: 'not these' });
          return { paths: [...paths, info.type, String(info.url), String(info.accept)] };
        },
        responseMeta: ({ errors, paths, type, data, eagerGeneration }) => {
          const head = headOf(paths);
          if (head) return head() as never;
          const seen = [paths, type, data.length, eagerGeneration, errors.map(({ code }) => code)];
          if (errors.some(({ code }) => code === 'TOO_MANY_REQUESTS'))
            return { status: 429, headers: { 'retry-after': '1', vary: 'origin', 'x-many': ['a', 'b'] } };
          return errors.length > 0
            ? { headers: new Headers({ vary: 'origin', 'x-seen': JSON.stringify(seen) }) }
            : { headers: { 'x-seen': JSON.stringify(seen) } };
        },
        onError: ({ error, path, input, type, ctx, req }) => {
          reported.push(JSON.stringify([error.code, error.message, path, input, type, ctx?.paths]));
          // tRPC rejects a stream that is no batch while its call runs: nobody handles what this throws then
          if (/jsonl/.test(`${req.headers.accept} ${req.headers['trpc-accept']}`)) return;
          if (error.message === 'unreportable' || (path && error.message === 'unreportable call'))
            throw new RangeError(error.message);
        },
      });
      return res;
    },
  });
  return {
    app,
    async send(request: InjectOptions): Promise<Answer> {
      reported.length = 0;
      // a failing stream ends without an answer
      const broken = { statusCode: 0, headers: {}, body: '' };
      const { statusCode, headers, body } = await app.inject(request).catch(() => broken);
      const {
        date: _,
        connection: __,
        'content-length': ___,
        'transfer-encoding': ____,
        ...others
      } = headers as Answer['headers'];
      return { status: statusCode, headers: others, body, reported: reported.toSorted() };
    },
  };
}
