import type { FastifyContentTypeParser } from 'fastify';
import { expect, it } from 'vitest';
import { twinApps } from './twin-apps.js';

/** Body parsers by what they make of a body. */
const parsers: Record<string, FastifyContentTypeParser | undefined> = {
  'nothing, and leave the stream unread': (_request, _payload, done) => done(null),
  'nothing, after reading the stream': (_request, payload, done) => {
    payload.resume().on('end', () => done(null));
  },
  'the stream': (_request, payload, done) => done(null, payload),
  'an object': undefined, // Fastify's own
};

const bodies = ['{"text":"a"}', '{"text":1}', '{"0":{"text":"a"}}', '', 'null', '"\u00e9"', '{', '\ufeff{}'];
const urls = ['/trpc/put', '/trpc/put?batch=1', '/trpc/crashes', '/trpc/echo'];

it.each(Object.keys(parsers))('answers like tRPC with parsers that return %s', async (name) => {
  const parser = parsers[name];
  const twins = twinApps({ allowMethodOverride: true }, (app) => {
    if (!parser) return;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', parser);
  });
  for (const url of urls)
    for (const payload of bodies) {
      const headers = { 'content-type': 'application/json' };
      const { official, lean } = await twins.send({ method: 'POST', url, headers, payload });
      expect({ url, payload, ...lean }).toEqual({ url, payload, ...official });
    }
  await twins.close();
});
