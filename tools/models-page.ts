import { MODELS } from '../functions/models/models.ts';

export const MODELS_PAGE = 'docs/models.md';

/** The page of all models: it is written from the same data as the views, so that it cannot differ from them. */
export function modelsPage(): string {
  const parts = MODELS.map(
    (model) => `## ${model.name}

${model.description}

One row: ${model.grain}.${model.reads.length === 0 ? '' : ` Reads ${model.reads.map((name) => `\`${name}\``).join(', ')}.`}

| column | type | meaning |
| --- | --- | --- |
${model.columns.map(({ name, type, comment }) => `| \`${name}\` | ${type} | ${comment} |`).join('\n')}
`,
  );
  return `# Models: views whose numbers can be added up

Apple's reports have traps: proceeds are per unit, refunds are negative rows, a blank is one space, a subscription report is a
balance and not a flow. These views handle each trap once. They are in Athena after a deployment, as far as the reports they
read are subscribed, and in \`asc-jobs reports query\` on your machine, with the same names and the same SQL.

Amounts of different currencies are never added: an amount always stands beside its currency.

Next to each analytics table \`X\` with known columns, a model of the form \`X_latest\` (\`functions/models/analytics-latest.ts\`)
keeps the newest batch of each day. It is in Athena after a deployment, and on your
machine in \`asc-jobs reports query\`.

This page is written by \`npm run models\`; a test fails when it is stale.

${parts.join('\n')}`;
}
