/** The app that the CDK CLI runs: `app.ts <stage>`. It writes the templates to the folder that the CLI names. */
import { makeAssets } from './assets.js';
import { newApp } from './new-app.js';
import { SettingsError } from './settings.js';
import { addStage } from './stage.js';
import { readStage } from './stages.js';

const [stage = ''] = process.argv.slice(2);
try {
  const settings = readStage(stage);
  const app = newApp();
  addStage(app, stage, settings, await makeAssets(stage, settings));
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
