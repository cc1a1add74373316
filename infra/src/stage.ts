import { type App, CfnOutput, Stack, Tags, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addAlarms } from './alarms/alarms.js';
import type { ApiContext } from './api-environment.js';
import { addFargateApi } from './api-fargate.js';
import { addLambdaApi } from './api-lambda.js';
import { addDashboard } from './dashboard.js';
import { addRateLimitTable } from './rate-limit-table.js';
import type { Settings } from './settings.js';
import { addSignIn } from './sign-in.js';
import { addTable } from './table.js';
import { addWorker } from './worker.js';

/** Folders that the deployment uploads or builds from. */
export interface Assets {
  /** Contains the API bundle `index.mjs`. */
  readonly apiBundle: string;
  /** Contains the worker bundle `index.mjs`. */
  readonly workerBundle: string;
  /** Contains the Dockerfile. */
  readonly image: string;
}

/** Prefix of all names. */
const product = 'aws-starter-kit';

/**
 * Adds the two stacks of a stage. The stack `…-data` has the resources that cannot be recreated: table, key, users. The
 * stack `…-api` has all others, and can be deleted and deployed again.
 */
export function addStage(app: App, stage: string, settings: Settings, assets: Assets): void {
  const serviceName = `${product}-${stage}`;
  const env = { region: settings.region, ...(settings.account !== undefined && { account: settings.account }) };
  const options = { env, terminationProtection: settings.isProtected };
  const data = new Stack(app, `${serviceName}-data`, { ...options, description: `Table and users of ${serviceName}` });
  const table = addTable(data, settings);
  const signIn = addSignIn(data, settings);
  const stack = new Stack(app, `${serviceName}-api`, { ...options, description: `API of ${serviceName}` });
  stack.addStackDependency(data); // the ARN of the table is computed, so CloudFormation cannot infer the dependency

  const rateLimitTable = settings.sharedRateLimit ? addRateLimitTable(stack) : undefined;
  addServices(stack, { serviceName, settings, table, signIn, rateLimitTable }, assets);
  for (const [name, value] of Object.entries(settings.tags)) Tags.of(app).add(name, value);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

function addServices(stack: Stack, context: ApiContext, assets: Assets): void {
  const { serviceName, settings, table } = context;
  const api =
    settings.api.kind === 'lambda'
      ? addLambdaApi(stack, context, { bundleFolder: assets.apiBundle, api: settings.api })
      : addFargateApi(stack, context, { imageFolder: assets.image, api: settings.api });
  const { worker: wanted } = settings;
  const worker =
    wanted && table.streamArn !== undefined
      ? addWorker(stack, {
          serviceName: `${serviceName}-worker`,
          bundleFolder: assets.workerBundle,
          table,
          streamArn: table.streamArn,
          settings,
          worker: wanted,
        })
      : undefined;
  addDashboard(stack, serviceName, addAlarms(stack, { serviceName, table, api, worker }, settings));
  new CfnOutput(stack, 'ApiUrl', { value: api.url });
}
