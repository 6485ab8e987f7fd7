// What a mistake does to marked code, in terms of its syntax: no name of a variable, function or file occurs here.
import ts from 'typescript';
import { codeBelow, type MarkedCode } from './marks.ts';

/** A part of the file, as offsets into its text, and what stands there instead. */
export type Replacement = { start: number; end: number; text: string };

/** @throws Error where the marked code is not of the form that the change needs */
export type Change = ((code: MarkedCode) => Replacement) & { otherMark?: string };

/** The statement is missing. */
export const removed: Change = ({ node }) => instead(node, '');

/** The condition of the `if` does not hold, whatever it says. */
export const never: Change = ({ node }) => instead(conditionOf(node), 'false');

/** The condition of the `if` holds, whatever it says. */
export const always: Change = ({ node }) => instead(conditionOf(node), 'true');

/** Of the condition `a || b` or `a && b` only `a` is left. */
export const onlyFirstOperand: Change = ({ node }) => {
  const condition = firstOf(node, isLogical);
  return instead(condition, condition.left.getText());
};

/** The condition of the `if` holds in further cases. */
export const alsoWhen =
  (extra: (at: MarkedCode) => string): Change =>
  (code) => {
    const condition = conditionOf(code.node);
    return instead(condition, `${condition.getText()} || ${extra(code)}`);
  };

/** The condition of the `if` is evaluated, but nothing follows from it. */
export const conditionIgnored: Change = ({ node }) => instead(node, `${conditionOf(node).getText()};`);

/** The `if` leads to the statement at another mark of the same file. */
export const leadsTo = (otherMark: string): Change =>
  Object.assign(
    ({ node, source }: MarkedCode) =>
      instead(firstOf(node, ts.isIfStatement).thenStatement, codeBelow(source, otherMark).getText()),
    { otherMark },
  );

/** `a ? b : c` is always `c`. */
export const otherwise: Change = ({ node }) => {
  const choice = firstOf(node, ts.isConditionalExpression);
  return instead(choice, choice.whenFalse.getText());
};

/** The first sum lacks its last term. */
export const withoutLastTerm: Change = ({ node }) => {
  const sum = firstOf(node, isSum);
  return instead(sum, sum.left.getText());
};

/** A `return` gives something else, or a constant has another value. */
export const valueIs =
  (text: string | ((at: MarkedCode) => string)): Change =>
  (code) =>
    instead(assignedValue(code.node), typeof text === 'string' ? text : text(code));

/** An argument of the first call is another. */
export const argumentIs =
  (index: number, text: (given: string, at: MarkedCode) => string): Change =>
  (code) => {
    const given = argument(code, index);
    return instead(given, text(given.getText(), code));
  };

/** One string stands in place of another. */
export const literalIs =
  (from: string, to: string): Change =>
  ({ node }) =>
    instead(
      firstOf(node, (at): at is ts.StringLiteral => ts.isStringLiteral(at) && at.text === from),
      `'${to}'`,
    );

/** Text of SQL, in a string or template, is another. Names of SQL columns are stored and keep. */
export const sqlIs =
  (from: string, to: string): Change =>
  ({ node }) => {
    const text = firstOf(
      node,
      (at): at is ts.LiteralLikeNode =>
        (ts.isStringLiteralLike(at) || ts.isTemplateMiddleOrTemplateTail(at) || ts.isTemplateHead(at)) &&
        at.getText().includes(from),
    );
    return instead(text, text.getText().replace(from, to));
  };

/** The first number is another. */
export const numberIs =
  (to: string): Change =>
  ({ node }) =>
    instead(firstOf(node, ts.isNumericLiteral), to);

/** The first operation of this kind, such as `<=` or `-`, is another. */
export const operatorIs =
  (from: string, to: string): Change =>
  ({ node }) => {
    const { operatorToken } = firstOf(
      node,
      (at): at is ts.BinaryExpression => ts.isBinaryExpression(at) && at.operatorToken.getText() === from,
    );
    return instead(operatorToken, to);
  };

/** A property of the first object that has it is set to something else. */
export const propertyIs =
  (name: string, text: string): Change =>
  ({ node }) =>
    instead(
      firstOf(
        node,
        (at): at is ts.PropertyAssignment => ts.isPropertyAssignment(at) && at.name.getText() === name,
      ).initializer,
      text,
    );

/** The property is missing. */
export const withoutProperty =
  (name: string): Change =>
  ({ node }) => {
    const found = firstOf(
      node,
      (at): at is ts.PropertyAssignment => ts.isPropertyAssignment(at) && at.name.getText() === name,
    );
    return instead(found, '...{}');
  };

/** `x.name(…)` is only `x`: nothing is filtered, sorted or cut off. */
export const withoutCall =
  (name: string): Change =>
  ({ node }) => {
    const call = firstOf(
      node,
      (at): at is ts.CallExpression & { expression: ts.PropertyAccessExpression } =>
        ts.isCallExpression(at) &&
        ts.isPropertyAccessExpression(at.expression) &&
        at.expression.name.text === name,
    );
    return instead(call, call.expression.expression.getText());
  };

/** The body of the arrow function is another. */
export const bodyIs =
  (text: string): Change =>
  ({ node }) =>
    instead(firstOf(node, ts.isArrowFunction).body, text);

/** Something follows the statement or property. */
export const followedBy =
  (text: string): Change =>
  ({ node }) =>
    instead(node, `${node.getText()}${text}`);

/** The statement and the next one change places. */
export const afterTheNext: Change = ({ node, source }) => {
  const siblings = node.parent.getChildren(source).flatMap((list) => list.getChildren(source));
  const next = siblings[siblings.indexOf(node) + 1];
  if (next === undefined) throw new Error('no statement follows');
  return { start: node.getStart(), end: next.end, text: `${next.getText()}\n${node.getText()}` };
};

/** `await x` goes on at once, and a failure passes unnoticed. */
export const notAwaited: Change = ({ node }) =>
  instead(node, `void (${firstOf(node, ts.isAwaitExpression).expression.getText()}).catch(() => undefined);`);

/** Other code altogether. Every name it uses must be taken from the marked code. */
export const becomes =
  (text: (at: MarkedCode) => string): Change =>
  (code) =>
    instead(code.node, text(code));

/** An argument of the first call in the marked code. */
export function argument({ node }: MarkedCode, index: number): ts.Expression {
  const found = firstOf(node, ts.isCallExpression).arguments[index];
  if (found === undefined) throw new Error(`no argument ${index}`);
  return found;
}

/** What a property of the first object in the marked code is set to. */
export function property({ node }: MarkedCode, name: string): string {
  const found = firstOf(
    node,
    (at): at is ts.ObjectLiteralElementLike =>
      ts.isObjectLiteralElementLike(at) && at.name?.getText() === name,
  );
  return ts.isPropertyAssignment(found) ? found.initializer.getText() : name;
}

/** What the declaration of a local name says. */
export function declared({ source }: MarkedCode, name: string): string {
  const found = firstOf(
    source,
    (at): at is ts.VariableDeclaration => ts.isVariableDeclaration(at) && at.name.getText() === name,
  );
  if (found.initializer === undefined) throw new Error(`${name} has no value where it is declared`);
  return found.initializer.getText();
}

/** The name of a parameter of the function around the marked code. */
export function parameter({ node }: MarkedCode, index: number): string {
  const found = ts.findAncestor(node, ts.isFunctionLike)?.parameters[index];
  if (found === undefined) throw new Error(`the function has no parameter ${index}`);
  return found.name.getText();
}

const conditionOf = (node: ts.Node): ts.Expression => firstOf(node, ts.isIfStatement).expression;

function assignedValue(node: ts.Node): ts.Expression {
  const found = firstOf(
    node,
    (at): at is ts.ReturnStatement | ts.VariableDeclaration =>
      ts.isReturnStatement(at) || ts.isVariableDeclaration(at),
  );
  const value = ts.isReturnStatement(found) ? found.expression : found.initializer;
  if (value === undefined) throw new Error('no value');
  return value;
}

const isLogical = (at: ts.Node): at is ts.BinaryExpression =>
  ts.isBinaryExpression(at) &&
  [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.AmpersandAmpersandToken].includes(at.operatorToken.kind);

const isSum = (at: ts.Node): at is ts.BinaryExpression =>
  ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** The first node of a kind, from outside to inside, in the order of the text. */
function firstOf<T extends ts.Node>(node: ts.Node, is: (at: ts.Node) => at is T): T {
  const search = (at: ts.Node): T | undefined => (is(at) ? at : ts.forEachChild(at, search));
  const found = search(node);
  if (found === undefined) throw new Error('the marked code is of another form by now');
  return found;
}

const instead = (node: ts.Node, text: string): Replacement => ({
  start: node.getStart(),
  end: node.end,
  text,
});
