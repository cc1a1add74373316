// Fastify alone with constant answers: what HTTP, routing and a response schema cost.
import { fastify } from 'fastify';

const id = 'USER#00000000-0000-4000-8000-000000000000';
const user = { id, email: 'user@example.com', name: 'Ada Lovelace', createdAt: '2026-01-01T00:00:00.000Z' };
const string = { type: 'string' };
const answers = (properties) => ({ schema: { response: { 200: { type: 'object', properties } } } });

export async function make() {
  const app = fastify();
  app.get('/ping', answers({ ok: { type: 'boolean' } }), async () => ({ ok: true }));
  app.get('/user/:id', answers({ id: string, email: string, name: string, createdAt: string }), async () => user);
  return { app, style: 'plain', cases: ['ping', 'getById'] };
}
