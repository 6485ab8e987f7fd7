import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { STAGE_TAG } from '../functions/platform/config/stage-tag.ts';
import type { Deployment } from './config/deployment.ts';
import { Notifications } from './constructs/notifications.ts';
import { KeysJob } from './keys/keys.ts';
import { Chat } from './monitoring/chat.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { Notifier } from './notify/send-notification.ts';
import { PeoplePolicies } from './people/people-policies.ts';
import { PriceEffects } from './price-effects/price-effects.ts';
import { PricesJob } from './prices/prices.ts';
import { ExchangeRates } from './rates/exchange-rates.ts';
import { LakeTables } from './reports/lake-tables.ts';
import { ReportsJob } from './reports/reports.ts';
import { StatusView } from './status/status.ts';
import type { StorageStack } from './storage/storage-stack.ts';

export type JobsStackProps = StackProps & { deployment: Deployment; storage: StorageStack };

/** What runs. It holds no data of its own, so that it can be deleted and deployed again at any time. */
export class JobsStack extends Stack {
  /** What the jobs announce, and the price changes they are asked for: for rules of other stacks. */
  readonly eventBus: EventBus;
  /** Managed policies of people, to attach to roles of other stacks. */
  readonly people: PeoplePolicies;

  constructor(scope: Construct, id: string, { deployment, storage, ...props }: JobsStackProps) {
    super(scope, id, { description: 'App Store Connect Jobs: reports, prices and keys', ...props });
    Tags.of(this).add(STAGE_TAG, deployment.stage);
    this.addStackDependency(storage);
    const eventBus = new EventBus(this, 'EventBus', {
      description: 'What the jobs announce, and the price changes they are asked for',
    });
    this.eventBus = eventBus;
    const notifications = new Notifications(this, 'Notifications', {
      emails: deployment.settings.notify.emails,
    });
    const reports = new ReportsJob(this, 'ReportsJob', { deployment, storage, eventBus });
    const effects = new PriceEffects(this, 'PriceEffects', { deployment, storage, eventBus });
    const { measurePriceEffects } = effects;
    const prices = new PricesJob(this, 'PricesJob', { deployment, storage, eventBus, measurePriceEffects });
    const rates = new ExchangeRates(this, 'ExchangeRates', { deployment, storage });
    const keys = new KeysJob(this, 'KeysJob', { deployment, storage, notifications });
    const notifier = new Notifier(this, 'Notify', { deployment, storage, eventBus, notifications });
    const status = new StatusView(this, 'StatusView', { deployment, storage });
    const monitoring = new Monitoring(this, 'Monitoring', {
      deployment,
      storage,
      notifications,
      statusWidget: status.widget,
      functions: [
        reports.planReports,
        reports.fetchReport,
        reports.declareColumns,
        prices.planPriceChange,
        prices.acceptPriceChange,
        prices.approvePriceChange,
        prices.applyPriceChange,
        prices.reconcilePrices,
        effects.measurePriceEffects,
        rates.fetchExchangeRates,
        keys.checkKeys,
        keys.rotateKey,
        keys.recordDelivery,
        notifier.sendNotification,
      ],
      queues: [reports.deadLetters, prices.deadLetters, prices.requestDeadLetters, notifier.deadLetters],
    });
    const { slackWorkspaceId, slackChannelId } = deployment;
    if (slackWorkspaceId !== undefined && slackChannelId !== undefined)
      new Chat(this, 'Chat', { notifications, slackWorkspaceId, slackChannelId });
    const tables = new LakeTables(this, 'LakeTables', { deployment, storage });
    this.people = new PeoplePolicies(this, 'People', {
      deployment,
      storage,
      eventBus,
      functions: {
        statusWidget: status.widget,
        planPriceChange: prices.planPriceChange,
        acceptPriceChange: prices.acceptPriceChange,
        approvePriceChange: prices.approvePriceChange,
        reconcilePrices: prices.reconcilePrices,
        measurePriceEffects: effects.measurePriceEffects,
        planReports: reports.planReports,
        checkKeys: keys.checkKeys,
        rotateKey: keys.rotateKey,
      },
      queues: [reports.queue, prices.queue],
      deadLetters: [reports.deadLetters, prices.deadLetters],
      deadEvents: [prices.requestDeadLetters, notifier.deadLetters],
      databaseName: tables.databaseName,
      workgroupName: tables.workgroupName,
      dashboardArn: monitoring.dashboard?.arn,
    });

    new CfnOutput(this, 'EventBusName', { value: eventBus.eventBusName });
    new CfnOutput(this, 'NotificationsTopicArn', { value: notifications.topicArn });
    if (monitoring.dashboard !== undefined)
      new CfnOutput(this, 'DashboardName', { value: monitoring.dashboard.name });
    new CfnOutput(this, 'CheckKeysFunctionName', { value: keys.checkKeys.functionName });
    new CfnOutput(this, 'RotateKeyFunctionName', { value: keys.rotateKey.functionName });
    new CfnOutput(this, 'PlanPriceChangeFunctionName', { value: prices.planPriceChange.functionName });
    new CfnOutput(this, 'ApprovePriceChangeFunctionName', { value: prices.approvePriceChange.functionName });
    new CfnOutput(this, 'AcceptPriceChangeFunctionName', { value: prices.acceptPriceChange.functionName });
    new CfnOutput(this, 'ApplyPriceChangeFunctionName', { value: prices.applyPriceChange.functionName });
    new CfnOutput(this, 'ReconcilePricesFunctionName', { value: prices.reconcilePrices.functionName });
    new CfnOutput(this, 'FetchExchangeRatesFunctionName', { value: rates.fetchExchangeRates.functionName });
    new CfnOutput(this, 'MeasurePriceEffectsFunctionName', {
      value: effects.measurePriceEffects.functionName,
    });
    new CfnOutput(this, 'PriceQueueUrl', { value: prices.queue.queueUrl });
    new CfnOutput(this, 'PriceDeadLettersUrl', { value: prices.deadLetters.queueUrl });
    new CfnOutput(this, 'PriceRequestDeadLettersUrl', { value: prices.requestDeadLetters.queueUrl });
    new CfnOutput(this, 'ReportQueueUrl', { value: reports.queue.queueUrl });
    new CfnOutput(this, 'ReportDeadLettersUrl', { value: reports.deadLetters.queueUrl });
    new CfnOutput(this, 'TellPeopleDeadLettersUrl', { value: notifier.deadLetters.queueUrl });
    new CfnOutput(this, 'PlanReportsFunctionName', { value: reports.planReports.functionName });
    new CfnOutput(this, 'StatusWidgetFunctionArn', { value: status.widget.functionArn });
    new CfnOutput(this, 'FetchReportFunctionName', { value: reports.fetchReport.functionName });
  }
}
