import { z } from 'zod';
import { FUNCTION_TAG } from '../infra/constructs/tags.ts';
import { type PermissionRow, permissionRows } from './permission-table.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const template = z.object({ Resources: z.record(z.string(), resource) });
const tagged = z.object({ Tags: z.array(z.object({ Key: z.string(), Value: z.unknown() })).default([]) });
const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const schedule = z.object({ ScheduleExpression: z.string(), Target: z.object({ Arn: attribute }) });
const rule = z.object({
  EventPattern: z.object({ 'detail-type': z.array(z.string()) }),
  Targets: z.array(z.object({ Arn: attribute })),
});
const subscription = z.object({ Protocol: z.string(), Endpoint: z.unknown() });

type Edge = { from: string; to: string; label?: string };
type Resource = z.output<typeof resource> & { id: string };

/** The parts of the app, by the start of their logical ids. */
const PARTS = [
  { prefix: 'ReportsJob', title: 'Reports' },
  { prefix: 'PricesJob', title: 'Prices' },
  { prefix: 'KeysJob', title: 'Keys' },
  { prefix: '', title: 'What people see and are told' },
] as const;

/**
 * A picture of the app in Mermaid, one a job, made of the templates: what starts each function, and what it may
 * read and write. An arrow is a permission or a trigger, so nothing is drawn that is not so.
 */
export function architecture(templates: readonly unknown[]): string {
  const resources = templates.flatMap((json) =>
    Object.entries(template.parse(json).Resources).map(([id, one]) => ({ id, ...one })),
  );
  const functions = new Map(
    resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .flatMap(({ id, Properties }) => {
        const name = tagged.parse(Properties).Tags.find(({ Key }) => Key === FUNCTION_TAG)?.Value;
        return typeof name === 'string' ? [[id, name] as const] : [];
      }),
  );
  const edges = [
    ...triggers(resources, functions),
    ...uses(permissionRows(templates), new Set(functions.values())),
  ];
  const drawn = new Set<string>();
  return PARTS.map(({ prefix, title }) => {
    const own = [...functions].flatMap(([id, name]) =>
      id.startsWith(prefix) && !drawn.has(name) ? [name] : [],
    );
    for (const name of own) drawn.add(name);
    const part = edges.filter(({ from, to }) => own.includes(from) || own.includes(to));
    return `## ${title}\n\n\`\`\`mermaid\n${flowchart(part, own)}\n\`\`\`\n`;
  }).join('\n');
}

function triggers(resources: readonly Resource[], functions: ReadonlyMap<string, string>): Edge[] {
  const target = (arn: unknown): string[] => {
    const parsed = attribute.safeParse(arn);
    const name = parsed.success ? functions.get(parsed.data['Fn::GetAtt'][0]) : undefined;
    return name === undefined ? [] : [name];
  };
  return resources.flatMap(({ Type, Properties }): Edge[] => {
    switch (Type) {
      case 'AWS::Scheduler::Schedule': {
        const { ScheduleExpression, Target } = schedule.parse(Properties);
        return target(Target.Arn).map((to) => ({ from: 'Scheduler', to, label: ScheduleExpression }));
      }
      case 'AWS::Events::Rule': {
        const { EventPattern, Targets } = rule.parse(Properties);
        const types = EventPattern['detail-type'];
        const from = types.includes('Object Created') ? 'Lake: uploads' : 'EventBus';
        return Targets.flatMap(({ Arn }) => target(Arn)).map((to) => ({ from, to, label: listed(types) }));
      }
      case 'AWS::SNS::Subscription': {
        const { Protocol, Endpoint } = subscription.parse(Properties);
        return Protocol === 'lambda'
          ? target(Endpoint).map((to) => ({ from: 'Notifications', to, label: 'deliveries' }))
          : [];
      }
      default:
        return [];
    }
  });
}

const listed = (types: readonly string[]): string =>
  types.length > 2 ? `${types[0]} and ${types.length - 1} more` : types.join(', ');

/** From what a function may do to where data flows. */
function uses(rows: readonly PermissionRow[], functions: ReadonlySet<string>): Edge[] {
  const flows = new Map<string, { who: string; node: string; in: boolean; out: boolean }>();
  for (const { who, action, resource: on } of rows) {
    const node = functions.has(who) ? nodeOf(action, on) : undefined;
    if (node === undefined) continue;
    const flow = flows.get(`${who} ${node}`) ?? { who, node, in: false, out: false };
    if (READS.test(action)) flow.in = true;
    else if (WRITES.test(action)) flow.out = true;
    flows.set(`${who} ${node}`, flow);
  }
  return [...flows.values()].flatMap(({ who, node, in: reads, out: writes }): Edge[] => [
    ...(reads ? [{ from: node, to: who }] : []),
    ...(writes ? [{ from: who, to: node }] : []),
  ]);
}

const READS = /:(Get(Item|Object|SecretValue)|Query|ReceiveMessage)$/;
const WRITES = /:(Put(Item|Object|Events)|UpdateItem|SendMessage|Publish|InvokeFunction)$/;

/** What is drawn of a resource; `undefined` for what every function has, and for dead letters. */
function nodeOf(action: string, on: string): string | undefined {
  if (action.startsWith('logs:') || /DeadLetters$/.test(on)) return undefined;
  if (action.startsWith('secretsmanager:')) return 'API keys';
  if (on.startsWith('Lake/')) return `Lake: ${on.slice('Lake/'.length).replace(/\/?\*$/, '')}`;
  if (on.startsWith('Lake')) return undefined;
  return on.replace(/\/index\/.*$/, '').replace(/^(Reports|Prices|Keys)Job/, '');
}

function flowchart(edges: readonly Edge[], functions: readonly string[]): string {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  const names = new Map(nodes.map((node) => [node, node.replace(/[^A-Za-z0-9]/g, '_')]));
  const shapes = nodes.map((node) => `  ${names.get(node)}${shapeOf(node, functions)}`);
  const pairs = new Set(edges.map(({ from, to, label }) => `${from}\n${to}\n${label ?? ''}`));
  const arrows = [...pairs].flatMap((pair) => {
    const [from = '', to = '', label = ''] = pair.split('\n');
    const both = label === '' && pairs.has(`${to}\n${from}\n`);
    // Of an arrow in both directions one is drawn: that from the function.
    if (both && functions.includes(to)) return [];
    const arrow = both ? '<-->' : label === '' ? '-->' : `-- "${label}" -->`;
    return [`  ${names.get(from)} ${arrow} ${names.get(to)}`];
  });
  return ['flowchart LR', ...shapes, ...arrows.sort()].join('\n');
}

function shapeOf(node: string, functions: readonly string[]): string {
  if (functions.includes(node)) return `["${node}"]`;
  if (/^Lake/.test(node)) return `[("${node}")]`;
  if (/^(Reports|Prices|Keys|RateBudget)$/.test(node)) return `[("table ${node}")]`;
  if (/Queue$/.test(node)) return `[/"${node}"/]`;
  return `(["${node}"])`;
}
