import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { root } from '../docs/blocks.js';

/** The keys that a service may have. Any other key is an error, since the tests do not know its effect. */
const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  command: z.array(z.string()).optional(),
  depends_on: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  healthcheck: z.strictObject({ disable: z.literal(true) }).optional(),
  init: z.literal(true).optional(),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});

export const compose = z
  .strictObject({ name: z.string(), services: z.strictObject({ dynamodb: service, api: service, relay: service }) })
  .parse(parse(readFileSync(path.join(root, 'compose.yaml'), 'utf8')));
