import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/**
 * Makes the synth fail on any finding of cdk-nag that is not acknowledged. An acknowledgment stands beside
 * the construct it is about and says why.
 */
export function addNagGate(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
