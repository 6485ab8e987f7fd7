import ts from 'typescript';
import type { OpenApiSchema } from './openapi-schema.ts';

/** A member of an object type: a query parameter, a body, or the response of a status. */
export type Member = { type: ts.TypeNode; optional: boolean };

/** Generated types, read as JSON schemas. */
export type TypeSchemas = {
  /** The members of a type alias, or of a member's type; empty for a type that is no object or not there. */
  members(type: string | ts.TypeNode | undefined): Map<string, Member>;
  /** `undefined` for a type without a value, such as `void`. */
  schemaOf(type: ts.TypeNode): OpenApiSchema | undefined;
};

const VALUELESS = new Set([
  ts.SyntaxKind.VoidKeyword,
  ts.SyntaxKind.UnknownKeyword,
  ts.SyntaxKind.UndefinedKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

/** @param components names of Apple's schemas; the generator changed the case of some */
export function readTypes(text: string, components: Iterable<string>): TypeSchemas {
  const source = ts.createSourceFile('types.d.ts', text, ts.ScriptTarget.Latest, true);
  const componentOf = new Map([...components].map((name) => [name.toLowerCase(), name]));
  const aliases = new Map<string, ts.TypeNode>();
  for (const statement of source.statements)
    if (ts.isTypeAliasDeclaration(statement)) aliases.set(statement.name.text, statement.type);

  const members: TypeSchemas['members'] = (type) => {
    const node = typeof type === 'string' ? aliases.get(type) : type;
    if (node === undefined || !ts.isTypeLiteralNode(node)) return new Map();
    return new Map(
      node.members.flatMap((member) =>
        ts.isPropertySignature(member) && member.type !== undefined
          ? [[nameOf(member.name), { type: member.type, optional: member.questionToken !== undefined }]]
          : [],
      ),
    );
  };

  const reference = (node: ts.TypeReferenceNode): OpenApiSchema => {
    const name = node.typeName.getText(source);
    const [item] = node.typeArguments ?? [];
    if (name === 'Array' && item !== undefined) return { type: 'array', items: schema(item) };
    const component = componentOf.get(name.toLowerCase());
    if (component !== undefined) return { $ref: `#/components/schemas/${component}` };
    const alias = aliases.get(name);
    if (alias === undefined) throw new Error(`The contract package has no schema named ${name}.`);
    return schema(alias);
  };

  const union = (node: ts.UnionTypeNode): OpenApiSchema => {
    const kinds = node.types.filter((one) => !isNull(one));
    const texts = kinds.map(textOf);
    if (texts.every((one) => one !== undefined)) return { type: 'string', enum: texts };
    const [only, second] = kinds;
    return only !== undefined && second === undefined ? schema(only) : { oneOf: kinds.map(schema) };
  };

  const schema = (node: ts.TypeNode): OpenApiSchema => {
    if (ts.isParenthesizedTypeNode(node)) return schema(node.type);
    if (ts.isArrayTypeNode(node)) return { type: 'array', items: schema(node.elementType) };
    if (ts.isTypeReferenceNode(node)) return reference(node);
    if (ts.isUnionTypeNode(node)) return union(node);
    const text = textOf(node);
    if (text !== undefined) return { type: 'string', enum: [text] };
    if (ts.isTypeLiteralNode(node)) {
      const all = [...members(node)];
      const required = all.flatMap(([name, { optional }]) => (optional ? [] : [name]));
      const properties = Object.fromEntries(all.map(([name, { type }]) => [name, schema(type)]));
      return { type: 'object', properties, ...(required.length > 0 && { required }) };
    }
    return primitive(node.kind);
  };

  return { members, schemaOf: (type) => (VALUELESS.has(type.kind) ? undefined : schema(type)) };
}

function primitive(kind: ts.SyntaxKind): OpenApiSchema {
  switch (kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: 'string' };
    // Apple's parameters have no fractions.
    case ts.SyntaxKind.NumberKeyword:
      return { type: 'integer' };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: 'boolean' };
    default:
      return {};
  }
}

const nameOf = (name: ts.PropertyName): string =>
  ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : name.getText();

const textOf = (node: ts.TypeNode): string | undefined =>
  ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal) ? node.literal.text : undefined;

const isNull = (node: ts.TypeNode): boolean =>
  ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
