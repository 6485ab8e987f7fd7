import * as z from 'zod';
import { teamNameSchema } from '../../../functions/platform/config/team-name.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { type ExportResult, exportReports } from '../../../local/try/export-reports.ts';
import { openFolder, rememberedIn } from '../../../local/try/folder.ts';
import { openServices } from '../../../local/try/services.ts';
import type { GlobalOptions, LocalContext, Register } from '../../context/context.ts';
import { connectAws } from '../../deployment/aws.ts';
import { cdkJsonIn, projectRegion } from '../../deployment/cdk-json.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { type Progress, startProgress } from '../../terminal/progress.ts';
import { printJson } from '../../terminal/table.ts';
import { folderOf } from './try-options.ts';

const optionsSchema = z.object({
  to: z
    .string()
    .regex(/^s3:\/\/[a-z0-9.-]{3,63}\/?$/, 'must be the bucket of the deployment, such as s3://my-lake'),
  as: teamNameSchema,
});

export const registerTryExport: Register = (tryCommand, _run, runAlone) => {
  tryCommand
    .command('export')
    .description('hand what was fetched to a deployed stack, so that it need not fetch it again')
    .requiredOption(
      '--to <bucket>',
      'the stack’s bucket, such as s3://my-lake; its output LakeBucketName names it',
    )
    .requiredOption('--as <team>', 'what the team is called in the settings of the stack')
    .addHelpText(
      'after',
      `
Raw files, tables and the ledger's items are copied; what the stack has settled itself stays as it is. It can be
repeated at any time.

Example:
  asc-jobs try export --to s3://my-lake --as acme`,
    )
    .action(
      runAlone(optionsSchema, (local, options) =>
        exportFolder(local, options, folderOf(tryCommand.opts()), local.program.opts()),
      ),
    );
};

async function exportFolder(
  { io, json }: LocalContext,
  { to, as }: z.output<typeof optionsSchema>,
  directory: string,
  { endpoint, stage }: GlobalOptions,
): Promise<ExitCode> {
  const remembered = rememberedIn(directory);
  if (remembered === undefined)
    throw new JobError({
      code: 'NOTHING_FETCHED',
      message: `${directory} holds nothing yet. Run asc-jobs try first, or name the folder with --dir.`,
      retryable: false,
    });
  // In the directory of a project its stack is meant.
  const region = projectRegion(io.env, cdkJsonIn('cdk.json'));
  const aws = connectAws({
    stage,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  });
  const bucket = to.slice('s3://'.length).replace('/', '');
  const lake = await aws.output('LakeBucketName');
  if (lake !== bucket)
    throw new JobError({
      code: 'OTHER_BUCKET',
      message: `The deployment of stage "${stage}" keeps its reports in s3://${lake}, not in s3://${bucket}. Name that bucket, or another --stage.`,
      retryable: false,
    });
  const services = await openServices(openFolder(directory), io);
  let progress: Progress | undefined;
  try {
    const result: ExportResult = await exportReports(
      services,
      { s3: aws.s3, bucket, documents: aws.documents, table: await aws.output('ReportsTableName') },
      { from: remembered.team, to: as },
      (done, all) => {
        progress ??= startProgress(io, 'reports', all);
        progress.at(done);
      },
    );
    progress?.end();
    if (json) printJson(io, result);
    else
      io.out(
        `${result.taken} reports are now the stack's; ${result.known} it had itself, and they stay as they are.\n`,
      );
    return EXIT.ok;
  } finally {
    await services.close();
  }
}
