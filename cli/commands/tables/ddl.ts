import * as z from 'zod';
import { ddlFor } from '../../../functions/warehouse/ddl.ts';
import { WAREHOUSES } from '../../../functions/warehouse/dialects.ts';
import type { Context, Register } from '../../context/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';

const optionsSchema = z.object({
  for: z.enum(WAREHOUSES, `must be one of ${WAREHOUSES.join(', ')}`),
  bucket: z.string().optional(),
});

export const registerTables: Register = (program, run) => {
  const tables = program
    .command('tables')
    .description('the tables and views of this deployment in a warehouse of your own')
    .addHelpText('after', '\nExamples:\n  asc-jobs tables ddl --for snowflake > app-store-connect.sql');
  tables
    .command('ddl')
    .description('tables, views and load statements in the SQL of a warehouse, for the settings at hand')
    .requiredOption('--for <warehouse>', WAREHOUSES.join(', '))
    .option('--bucket <name>', 'the bucket of the lake; that of the deployment unless given')
    .addHelpText(
      'after',
      `
Load statements replace one partition: fill {team}, {vendor} and {report_date} in from the event Report Stored.
docs/warehouses.md says what each warehouse needs.

Examples:
  asc-jobs tables ddl --for duckdb
  asc-jobs tables ddl --for bigquery --bucket acme-lake > app-store-connect.sql`,
    )
    .action(run(optionsSchema, ddl));
};

async function ddl(
  { io, json, aws, settings }: Context,
  { for: warehouse, bucket }: z.output<typeof optionsSchema>,
): Promise<ExitCode> {
  const name = bucket ?? (await aws.output('LakeBucketName'));
  const made = ddlFor(settings, warehouse, `s3://${name}`);
  if (json) printJson(io, made);
  else {
    const part = (title: string, statements: readonly string[]) =>
      statements.length === 0 ? '' : `-- ${title}\n\n${statements.join('\n\n')}\n`;
    io.out(
      [
        part('Once, with values of your own', made.preparation),
        part('Tables', made.tables),
        part('Views', made.views),
        part(
          'Loading: one partition each, for the event Report Stored or Report Restated',
          made.loads.map((load) => load.replaceAll(/^/gm, '-- ')),
        ),
      ]
        .filter((text) => text !== '')
        .join('\n'),
    );
  }
  return EXIT.ok;
}
