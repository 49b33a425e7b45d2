/** The part of oxlint's JS plugin API that the boundary rules use. */
export type Node = { readonly type: string; readonly [key: string]: unknown };

export type RuleContext = {
  readonly filename: string;
  report(problem: { node: Node; message: string }): void;
};

export type Visitor = Record<string, (node: Node) => void>;

export type Rule = { readonly create: (context: RuleContext) => Visitor };

/** Every way a file names a module with a literal: import, export from, import(), require(), typeof import(). */
export function visitModuleNames(visit: (node: Node, name: string) => void): Visitor {
  const fromSource = (node: Node): void => {
    const name = literalOf(node['source']);
    if (name !== undefined) visit(node, name);
  };
  return {
    ImportDeclaration: fromSource,
    ExportNamedDeclaration: fromSource,
    ExportAllDeclaration: fromSource,
    ImportExpression: fromSource,
    TSImportType: (node) => {
      const name = literalOf(node['source'] ?? node['argument']);
      if (name !== undefined) visit(node, name);
    },
    TSExternalModuleReference: (node) => {
      const name = literalOf(node['expression']);
      if (name !== undefined) visit(node, name);
    },
    CallExpression: (node) => {
      const name = requiredName(node);
      if (name !== undefined) visit(node, name);
    },
  };
}

const requiringMethods = ['resolve', 'getBuiltinModule'];

// require('x'), createRequire(...)('x'), require.resolve('x'), import.meta.resolve('x'), process.getBuiltinModule('x')
function requiredName(call: Node): string | undefined {
  const callee = call['callee'] as Node;
  const first = (call['arguments'] as readonly Node[])[0];
  if (identifierName(callee) === 'require') return literalOf(first);
  if (callee.type === 'CallExpression' && identifierName(callee['callee']) === 'createRequire') return literalOf(first);
  if (callee.type !== 'MemberExpression') return undefined;
  const owner = callee['object'] as Node;
  const isModuleOwner = owner.type === 'MetaProperty' || ['require', 'process'].includes(identifierName(owner) ?? '');
  return isModuleOwner && requiringMethods.includes(propertyName(callee) ?? '') ? literalOf(first) : undefined;
}

/** The name of an identifier node, undefined for any other node. */
export function identifierName(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? (node['name'] as string) : undefined;
}

/** The property a member expression or property node names: `a.b`, `a['b']`, `{ b }`. */
export function propertyName(node: Node): string | undefined {
  const property = node['property'] ?? node['key'];
  return node['computed'] === true ? literalOf(property) : (identifierName(property) ?? literalOf(property));
}

/** The string of a literal (or a template without holes), undefined for any other node. */
export function literalOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'TSLiteralType') return literalOf(node['literal']);
  if (node.type === 'TemplateLiteral') {
    const quasis = node['quasis'] as readonly { value: { cooked: string } }[];
    return quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
  }
  return typeof node['value'] === 'string' ? node['value'] : undefined;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
