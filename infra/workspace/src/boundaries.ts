import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { envPaths, isAllowedEdge, packageFences, portableFolders } from './edges.ts';
import { identifierName, isNode, propertyName, visitModuleNames } from './lint-ast.ts';
import type { Node, Rule, RuleContext, Visitor } from './lint-ast.ts';
import { isTestFile, projectNamed, projectOf, workspacePath } from './project-of.ts';
import type { Project } from './project-of.ts';

type Import = {
  readonly from: Project;
  readonly file: string;
  readonly path: string;
  readonly isTest: boolean;
  readonly name: string;
};

type Check = (imported: Import) => string | undefined;

const configFile = /(^|\/)[^/]+\.config\.[cm]?[jt]s$/;

function packageOf(name: string): string {
  const parts = name.split('/');
  return name.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? name);
}

function isPath(name: string): boolean {
  return /^\.{1,2}(\/|$)/.test(name) || isAbsolute(name) || name.startsWith('file:');
}

function isInFolder(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder));
}

const checkLayer: Check = ({ from, isTest, name }) => {
  const to = projectNamed(packageOf(name), from.workspaceRoot);
  if (to === undefined || to.name === from.name) return undefined;
  if (from.layer === undefined) return `${from.name} has no known "layer:" tag in nx.tags`;
  if (to.layer === undefined) return `${to.name} has no known "layer:" tag in nx.tags`;
  if (isAllowedEdge(from.layer, to.layer, isTest)) return undefined;
  const where = isAllowedEdge(from.layer, to.layer, true) ? ' outside tests' : '';
  return `layer:${from.layer} must not import layer:${to.layer}${where} (${name})`;
};

const checkDeclared: Check = ({ from, path, isTest, name }) => {
  if (isPath(name) || isBuiltin(name) || name.startsWith('#')) return undefined;
  const wanted = packageOf(name);
  if (wanted === from.name) return `${name} imports its own project by name; use a relative path`;
  if (from.dependencies.has(wanted)) return undefined;
  // Tests, config files and private tooling never ship, so what they need may be a devDependency.
  const isTooling = isTest || configFile.test(path) || from.layer === 'e2e' || from.layer === 'workspace';
  if (from.devDependencies.has(wanted)) {
    return isTooling ? undefined : `${wanted} is a devDependency of ${from.name}; shipped code needs a dependency`;
  }
  return `${wanted} is not declared in the package.json of ${from.name}`;
};

const checkRelative: Check = ({ from, file, name }) => {
  if (!isPath(name)) return undefined;
  if (isAbsolute(name) || name.startsWith('file:')) return `${name} is an absolute import`;
  const inside = relative(from.folder, join(dirname(file), name));
  return inside.startsWith('..') ? `${name} leaves the project ${from.name}` : undefined;
};

const checkDoor: Check = ({ from, name }) => {
  const to = projectNamed(packageOf(name), from.workspaceRoot);
  const subpath = `.${name.slice(packageOf(name).length)}`;
  if (to === undefined || to.name === from.name || matchesDoor(subpath, to.doors)) return undefined;
  return `${name} is not a door (package.json exports) of ${to.name}`;
};

function matchesDoor(subpath: string, doors: readonly string[]): boolean {
  return doors.some((door) => {
    const [head = '', tail] = door.split('*');
    return tail === undefined ? door === subpath : subpath.startsWith(head) && subpath.endsWith(tail);
  });
}

const checkFence: Check = ({ from, path, isTest, name }) => {
  const fence = packageFences.find(({ pattern }) => pattern.test(packageOf(name)));
  if (fence === undefined || isInFolder(path, fence.folders)) return undefined;
  const home = `${workspacePath(from, from.folder)}/`;
  if (isTest && fence.folders.some((folder) => folder.startsWith(home))) return undefined;
  return `${packageOf(name)} may be imported only in ${fence.folders.join(', ')}`;
};

function isPortable(project: Project, file: string): boolean {
  const path = workspacePath(project, file);
  const zone = portableFolders.find(({ folder }) => path.startsWith(folder));
  return zone !== undefined && !isInFolder(path, zone.except) && !isTestFile(project, file) && !configFile.test(path);
}

const checkPortable: Check = ({ from, file, name }) =>
  isBuiltin(name) && isPortable(from, file) ? `${name} is a Node module; ${from.name} must run anywhere` : undefined;

function importRule(check: Check): Rule {
  return {
    create(context: RuleContext): Visitor {
      const file = context.filename;
      const from = projectOf(dirname(file));
      if (from === undefined) return {};
      const place = { from, file, path: workspacePath(from, file), isTest: isTestFile(from, file) };
      return visitModuleNames((node, name) => {
        const message = check({ ...place, name });
        if (message !== undefined) context.report({ node, message });
      });
    },
  };
}

const nodeGlobals: Rule = {
  create(context) {
    const from = projectOf(dirname(context.filename));
    if (from === undefined || !isPortable(from, context.filename)) return {};
    return {
      MemberExpression(node) {
        const owner = identifierName(node['object']) ?? '';
        if (!['process', 'Buffer', 'global'].includes(owner)) return;
        context.report({ node, message: `${owner} is a Node global; ${from.name} must run anywhere` });
      },
    };
  },
};

function isProcess(node: unknown): boolean {
  if (identifierName(node) === 'process') return true;
  return isNode(node) && node.type === 'MemberExpression' && propertyName(node) === 'process';
}

const processEnv: Rule = {
  create(context) {
    const from = projectOf(dirname(context.filename));
    if (from === undefined || isInFolder(workspacePath(from, context.filename), envPaths)) return {};
    const report = (node: Node): void =>
      context.report({ node, message: 'process.env is read only by the config loader of libs/runtime' });
    return {
      MemberExpression(node) {
        if (isProcess(node['object']) && propertyName(node) === 'env') report(node);
      },
      VariableDeclarator(node) {
        const pattern = node['id'] as Node;
        if (!isProcess(node['init']) || pattern.type !== 'ObjectPattern') return;
        if ((pattern['properties'] as readonly Node[]).some((entry) => propertyName(entry) === 'env')) report(node);
      },
      ImportSpecifier(node) {
        const source = ((node['parent'] as Node)['source'] as { value: string }).value;
        if (/^(node:)?process$/.test(source) && identifierName(node['imported']) === 'env') report(node);
      },
    };
  },
};

const noExportStar: Rule = {
  create: (context) => ({
    ExportAllDeclaration: (node) =>
      context.report({ node, message: 'export * hides what a door offers; export every name by hand' }),
  }),
};

const plugin = {
  meta: { name: 'longwire' },
  rules: {
    layers: importRule(checkLayer),
    declared: importRule(checkDeclared),
    relative: importRule(checkRelative),
    doors: importRule(checkDoor),
    fences: importRule(checkFence),
    portable: importRule(checkPortable),
    'node-globals': nodeGlobals,
    'process-env': processEnv,
    'no-export-star': noExportStar,
  },
};

export default plugin;
