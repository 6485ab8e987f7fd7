import { SettingsError } from '../functions/platform/config/settings.ts';
import { createApplication } from './application.ts';

// What `cdk synth` and `cdk deploy` start; `node infra/app.ts` does the same without the CLI.
try {
  createApplication().synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The list of problems is enough for whoever edits the settings; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
