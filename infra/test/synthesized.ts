import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib/core';
import { afterAll } from 'vitest';
import { newApp } from '../src/new-app.js';
import { parseSettings, type StageFile } from '../src/settings.js';
import { type Assets, addStage } from '../src/stage.js';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** A synthesized stage. The synthesis fails on each finding of the checks. */
export interface Synthesized {
  readonly app: App;
  readonly folder: string;
  readonly data: Template;
  readonly api: Template;
}

export const account = '111122223333';

export const minimal: StageFile = {
  region: 'us-east-1',
  tags: { team: 'users' },
  table: { name: 'users-test' },
  signIn: { kind: 'issuer', issuer: 'https://login.example.com/', audience: 'users' },
  api: { kind: 'lambda' },
};
export const cognito = { kind: 'cognito', domainPrefix: 'users-test' } as const;
export const functionUrl = { kind: 'lambda', front: 'function-url', reservedConcurrency: 50 } as const;
export const fargate = {
  kind: 'fargate',
  certificateArn: `arn:aws:acm:us-east-1:${account}:certificate/1`,
  domainName: 'api.example.com',
} as const;

const root = mkdtempSync(join(tmpdir(), 'infra-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const done = new Map<string, Synthesized>();

/** Synthesizes a stage with these settings in addition to the required ones. Caches the result by settings. */
export function synthesized(change: Partial<StageFile> = {}): Synthesized {
  const key = JSON.stringify(change);
  const known = done.get(key);
  if (known) return known;
  const folder = mkdtempSync(join(root, 'out-'));
  const app = newApp(folder);
  addStage(app, 'test', parseSettings({ ...minimal, ...change }), assets());
  app.synth();
  const read = (stack: string): Template =>
    JSON.parse(readFileSync(join(folder, `aws-starter-kit-test-${stack}.template.json`), 'utf8'));
  const made = { app, folder, data: read('data'), api: read('api') };
  done.set(key, made);
  return made;
}

/** Files in place of the bundles and the image, which other tests build. */
function assets(): Assets {
  const file = (folder: string, name: string, text: string) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, name), text);
    return join(root, folder);
  };
  return {
    apiBundle: file('api', 'index.mjs', 'export const handler = async () => {};\n'),
    workerBundle: file('worker', 'index.mjs', 'export const handler = async () => {};\n'),
    image: file('image', 'Dockerfile', 'FROM scratch\n'),
  };
}

/** Returns the resources of a type. */
export const ofType = ({ Resources }: Template, type: string): Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);

/** Returns the properties of the only resource of a type. @throws Error if there is not exactly one */
export function only(template: Template, type: string): Record<string, unknown> {
  const [first, ...others] = ofType(template, type);
  if (first === undefined || others.length > 0)
    throw new Error(`${others.length + (first ? 1 : 0)} resources of ${type}`);
  return first.Properties;
}

/** Resolves a value to text as CloudFormation does. Unknown parts are in `${…}`. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument]] = Object.entries(value) as [[string, unknown]];
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  if (name === 'Ref') return pseudo[String(argument)] ?? `\${${argument}}`;
  if (name === 'Fn::GetStackOutput') return `\${${(argument as { OutputName: string }).OutputName}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  return `\${${textOf(argument)}}`;
}

const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
};
