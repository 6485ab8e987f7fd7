import * as z from 'zod';
import type { Context, Register } from '../../context/context.ts';
import { day } from '../../options/series-options.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { queueAnswerSchema, renderQueueAnswer } from './queue-answer.ts';

const optionsSchema = z.object({
  team: z.string().optional(),
  vendor: z.string().optional(),
  app: z.string().optional(),
  report: z.string().optional(),
  from: day.optional(),
  to: day.optional(),
  yes: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

export const registerReportsRebuild: Register = (reports, run) => {
  reports
    .command('rebuild')
    .description('write tables anew from the raw files in the lake, however old; Apple is not asked')
    .option('--team <name>', 'of this team only')
    .option('--vendor <number>', 'of this vendor only')
    .option('--app <id>', 'analytics of this app only')
    .option('--report <name>', 'of this report only, such as SALES/SUMMARY/DAILY')
    .option('--from <day>', 'first day; default: the first that is stored')
    .option('--to <day>', 'last day; default: the last that is stored')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs reports rebuild --report SUBSCRIPTION_EVENT/SUMMARY/DAILY
  asc-jobs reports rebuild --from 2025-01-01 --to 2025-12-31 --yes`,
    )
    .action(run(optionsSchema, rebuild));
};

async function rebuild({ io, json, aws }: Context, { yes, ...request }: Options): Promise<ExitCode> {
  const of = [request.team, request.vendor, request.app, request.report].filter((one) => one !== undefined);
  const span = `${request.from ?? 'the first day'} to ${request.to ?? 'the last'}`;
  io.err(
    `Tables ${of.length > 0 ? `of ${of.join(', ')} ` : ''}from ${span} are made anew of their raw files.\n`,
  );
  if (!(await confirmed(io, 'Queue them?', yes))) return EXIT.failed;
  const answer = queueAnswerSchema.parse(
    await aws.invoke(await aws.output('PlanReportsFunctionName'), { rebuild: true, ...request }),
  );
  if (json) printJson(io, answer);
  else io.out(`${renderQueueAnswer(io, answer)}\n`);
  return EXIT.ok;
}
