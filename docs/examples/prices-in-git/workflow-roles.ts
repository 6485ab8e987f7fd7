import type { JobsStack } from 'app-store-connect-jobs';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type IManagedPolicy, OidcProviderNative, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export type WorkflowRolesProps = StackProps & {
  /** `owner/name` on GitHub. */
  repository: string;
  people: JobsStack['people'];
};

const GITHUB = 'token.actions.githubusercontent.com';

/**
 * Two roles for the workflow, told apart by what GitHub says of the run, which no file of a pull request can change.
 *
 * Whoever can open a pull request can run code of their own with the role of pull requests: it may plan, and nothing else.
 * The role that requests price changes is given to the environment `prices` only, and that environment has to be limited
 * to the branch `main` on GitHub.
 */
export class WorkflowRoles extends Stack {
  constructor(scope: Construct, id: string, { repository, people, ...props }: WorkflowRolesProps) {
    super(scope, id, props);
    const github = new OidcProviderNative(this, 'GitHub', {
      url: `https://${GITHUB}`,
      clientIds: ['sts.amazonaws.com'],
    });
    const roleFor = (name: string, subject: string, policy: IManagedPolicy): Role => {
      const role = new Role(this, name, {
        assumedBy: new WebIdentityPrincipal(github.oidcProviderArn, {
          StringEquals: {
            [`${GITHUB}:aud`]: 'sts.amazonaws.com',
            [`${GITHUB}:sub`]: `repo:${repository}:${subject}`,
          },
        }),
        managedPolicies: [policy],
        maxSessionDuration: Duration.hours(1),
      });
      new CfnOutput(this, `${name}Arn`, { value: role.roleArn });
      return role;
    };
    roleFor('PlanRole', 'pull_request', people.planner);
    roleFor('ApplyRole', 'environment:prices', people.requester);
  }
}
