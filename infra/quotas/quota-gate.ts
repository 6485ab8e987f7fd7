import { readFileSync } from 'node:fs';
import { type App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { checkQuotas } from './check-quotas.ts';

/**
 * Makes the synthesis fail, with the reason, on what AWS would refuse for its size: otherwise a deployment fails
 * halfway and rolls back.
 */
const quotaGate: IPolicyValidationPlugin = {
  name: 'AwsQuotas',
  validate: ({ templatePaths }) => {
    const violations = templatePaths.flatMap((templatePath) =>
      checkQuotas(JSON.parse(readFileSync(templatePath, 'utf8'))).map(({ quota, logicalId, message }) => ({
        ruleName: quota,
        description: message,
        severity: 'error',
        violatingResources: [
          { templatePath, locations: [], ...(logicalId !== undefined && { resourceLogicalId: logicalId }) },
        ],
      })),
    );
    return { success: violations.length === 0, violations };
  },
};

export function addQuotaGate(app: App): void {
  Validations.of(app).addPlugins(quotaGate);
}
