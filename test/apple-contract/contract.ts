import type { Exchange } from '../../local/simulator/server/exchanges.ts';
import type { OpenApi, Operation, Parameter, PathItem } from './build/openapi-schema.ts';
import { type SchemaCheck, schemaCheck } from './schemas.ts';

export type AskedRequest = Pick<
  Exchange,
  'method' | 'path' | 'query' | 'contentType' | 'body' | 'receivedBytes'
>;
export type GivenAnswer = Pick<Exchange, 'method' | 'path' | 'answer'>;

/** Each problem is a line such as `POST /v1/subscriptionPrices body /data/attributes/price: unknown`. */
export type Contract = {
  /** What a request has that the contract does not allow, or lacks. */
  requestProblems(request: AskedRequest): string[];
  /** The same of an answer. */
  answerProblems(exchange: GivenAnswer): string[];
};

export function createContract(api: OpenApi): Contract {
  const check = schemaCheck(api);
  const find = ({ method, path }: { method: string; path: string }) => findOperation(api, method, path);
  return {
    requestProblems: (request) => {
      const { label, operation } = find(request);
      if (operation === undefined) return [`${label}: not in the contract`];
      const problems = [
        ...queryProblems(operation.parameters, request.query, check),
        ...bodyProblems(operation, request, check),
      ];
      return problems.map((problem) => `${label} ${problem}`);
    },
    answerProblems: ({ method, path, answer }) => {
      const { label, operation } = find({ method, path });
      // What is not in the contract is refused; how, is the same everywhere.
      const response = operation?.responses[String(answer.status)];
      const labelled = (problems: string[]) =>
        problems.map((problem) => `${label} ${answer.status} ${problem}`);
      if (answer.status >= 400)
        return labelled([
          ...(operation === undefined || response !== undefined || isOfHttp(answer.status)
            ? []
            : ['status: not in the contract']),
          ...jsonProblems({ $ref: '#/components/schemas/ErrorResponse' }, answer, check),
        ]);
      if (operation === undefined) return labelled(['answer: not in the contract']);
      if (response === undefined) return labelled(['status: not in the contract']);
      return labelled(contentProblems(response.content, answer, check));
    },
  };
}

/** Any request may be answered so: the contract names none of these for any operation. */
const isOfHttp = (status: number): boolean => status === 405 || status >= 500;

function findOperation(api: OpenApi, method: string, path: string) {
  const fitting = Object.entries(api.paths).filter(([template]) => fits(template, path));
  // `/v1/apps/metrics` before `/v1/apps/{id}`.
  const [found] = fitting.sort(([one], [other]) => one.split('{').length - other.split('{').length);
  if (found === undefined) return { label: `${method} ${generalized(path)}`, operation: undefined };
  const [template, item] = found;
  return { label: `${method} ${template}`, operation: operationOf(item, method) };
}

const fits = (template: string, path: string): boolean => {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at])
  );
};

/** A path without its ids, for those that the contract does not have. */
const generalized = (path: string): string =>
  path
    .split('/')
    .map((part, at) => (at === 3 ? '{id}' : part))
    .join('/');

function operationOf(item: PathItem, method: string): Operation | undefined {
  const { get, post, patch, delete: remove } = item;
  return new Map([
    ['GET', get],
    ['POST', post],
    ['PATCH', patch],
    ['DELETE', remove],
  ]).get(method);
}

function queryProblems(
  parameters: readonly Parameter[],
  query: AskedRequest['query'],
  check: SchemaCheck,
): string[] {
  const known = new Map(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]));
  const missing = [...known.values()].filter(
    ({ name, required }) => required && !query.some(([asked]) => asked === name),
  );
  return [
    ...missing.map(({ name }) => `query ${name}: missing`),
    ...query.flatMap(([name, text]) => {
      const parameter = known.get(name);
      if (parameter === undefined) return [`query ${name}: unknown`];
      return check(parameter.schema, parameterValue(parameter, text)).map(
        (problem) => `query ${name} ${problem}`,
      );
    }),
  ];
}

/** A parameter's text in the form of its schema. */
function parameterValue({ schema, explode }: Parameter, text: string): unknown {
  if (schema['type'] === 'array') return explode ? [text] : text.split(',');
  if (schema['type'] === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
  if (schema['type'] === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return text;
}

function bodyProblems({ requestBody }: Operation, request: AskedRequest, check: SchemaCheck): string[] {
  if (request.receivedBytes === 0) return requestBody?.required === true ? ['body: missing'] : [];
  if (requestBody === undefined) return ['body: not in the contract'];
  const media = mediaType(request.contentType);
  const content = requestBody.content?.[media];
  if (content === undefined) return [`content type ${media}: not in the contract`];
  return check(content.schema, request.body).map((problem) => `body ${problem}`);
}

function contentProblems(
  content: Operation['responses'][string]['content'],
  answer: Exchange['answer'],
  check: SchemaCheck,
): string[] {
  if (content === undefined) return answer.body.byteLength === 0 ? [] : ['answer: not empty'];
  const media = mediaType(answer.contentType);
  const schema = content[media]?.schema;
  if (schema === undefined) return [`content type ${media}: not in the contract`];
  if (media === 'application/json') return jsonProblems(schema, answer, check);
  if (media === 'text/csv') return [];
  return answer.body[0] === 0x1f && answer.body[1] === 0x8b ? [] : ['answer: no gzip file'];
}

function jsonProblems(
  schema: Record<string, unknown>,
  answer: Exchange['answer'],
  check: SchemaCheck,
): string[] {
  const media = mediaType(answer.contentType);
  if (media !== 'application/json') return [`content type ${media}: not in the contract`];
  const json: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
  return check(schema, json).map((problem) => `answer ${problem}`);
}

const mediaType = (contentType: string | undefined): string => contentType?.split(';')[0]?.trim() ?? '(none)';
