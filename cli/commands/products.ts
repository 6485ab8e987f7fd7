import * as z from 'zod';
import { formatProblems, JobError } from '../../functions/platform/errors.ts';
import { outcomeSchema } from '../../functions/platform/validation/outcome-schema.ts';
import type { ListRequest } from '../../functions/prices/names/list-products.ts';
import { productName } from '../../functions/prices/request/product.ts';
import { knownProductSchema, productLabelSchema } from '../../functions/prices/request/product-schemas.ts';
import type { Context, Register } from '../context/context.ts';
import { chosenTeams, teamOption } from '../options/team-option.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { plain, printJson, renderTable } from '../terminal/table.ts';

const optionsSchema = z.object({ team: z.string().optional(), app: z.string().optional() });

export const registerProducts: Register = (program, run) => {
  program
    .command('products')
    .description(
      'apps, subscriptions and in-app purchases with present prices, by the names that requests may use',
    )
    .addOption(teamOption())
    .option('--app <app>', 'only this app: its bundle ID or number')
    .addHelpText(
      'after',
      '\nExamples:\n  asc-jobs products\n  asc-jobs products --team acme --app com.acme.pro',
    )
    .action(run(optionsSchema, products));
};

const entrySchema = knownProductSchema.extend({
  group: z.string().optional(),
  price: z.object({ territory: z.string(), price: z.string(), currency: z.string().nullable() }).nullable(),
});
type Entry = z.output<typeof entrySchema>;

const answerSchema = outcomeSchema(
  z.object({
    apps: z.array(productLabelSchema.extend({ id: z.string() })),
    products: z.array(entrySchema),
    next: z.number().optional(),
  }),
);

async function products(context: Context, { team, app }: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { io, json } = context;
  const teams = chosenTeams(context, team).filter(
    ({ keys, prices }) => team !== undefined || (keys.prices !== undefined && prices !== undefined),
  );
  const found: { team: string; entries: Entry[] }[] = [];
  for (const { name } of teams) found.push({ team: name, entries: await entriesOf(context, name, app) });
  if (json)
    printJson(
      io,
      found.flatMap((one) => one.entries.map((entry) => entryJson(one.team, entry))),
    );
  else if (found.length === 0) io.err('No team of the settings may change prices.\n');
  else io.out(`${found.map((one) => render(context, one)).join('\n\n')}\n`);
  return EXIT.ok;
}

async function entriesOf(context: Context, team: string, app: string | undefined): Promise<Entry[]> {
  if (app !== undefined) return productsOf(context, team, app);
  const { apps } = await ask(context, { team });
  const entries: Entry[] = [];
  for (const { id } of apps) entries.push(...(await productsOf(context, team, id)));
  return entries;
}

/** A long list comes in parts. */
async function productsOf(context: Context, team: string, app: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const part: Awaited<ReturnType<typeof ask>> = await ask(context, { team, app, from });
    entries.push(...part.products);
    from = part.next;
  }
  return entries;
}

async function ask({ aws }: Context, listProducts: ListRequest) {
  const name = await aws.output('PlanPriceChangeFunctionName');
  const answer = answerSchema.parse(await aws.invoke(name, { listProducts }));
  if (answer.kind === 'ok') return answer.value;
  throw new JobError({
    code: 'PRODUCTS_UNAVAILABLE',
    message:
      answer.kind === 'retry'
        ? `Apple cannot be read now; try again in a minute. ${answer.reason}`
        : `The products of ${listProducts.team} cannot be listed:\n${formatProblems(answer.problems)}`,
    retryable: answer.kind === 'retry',
  });
}

const entryJson = (team: string, { product, label, group, price }: Entry) => ({
  team,
  ...product,
  ...label,
  group,
  price,
});

function render({ io }: Context, { team, entries }: { team: string; entries: readonly Entry[] }): string {
  if (entries.length === 0) return `${team}: no app that its price key can see.`;
  return `${team}\n${renderTable(
    io,
    ['product ID or bundle ID', 'product', 'group', 'price now', 'number'],
    entries.map(({ product, label, group = '', price }) => [
      plain(label.productId),
      plain(productName(product, { ...label, productId: '' })),
      plain(group),
      price === null ? '–' : `${price.price} ${price.currency ?? ''} (${price.territory})`,
      product.id,
    ]),
  )}`;
}
