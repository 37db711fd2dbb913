import { FUNCTIONS, isTrue, printed } from './template.functions';
import { ParsedTemplate, parseTemplate, TemplateNode } from './template.parser';

/** What a template sees: `$` is the root, `.` is what `with` and `range` set. */
interface Scope {
  root: unknown;
  dot: unknown;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[()|]|[^\s()|"]+)/y;

/**
 * Renders the templates of a chart, as `helm template` does, for the part of the language that our chart keeps to. It is
 * stricter than Helm: a value that does not exist is an error, and so is a function or a block that it does not know.
 */
export class ChartRenderer {
  private readonly files = new Map<string, ParsedTemplate>();
  private readonly defined = new Map<string, TemplateNode[]>();

  /** @param templates the text of each file by its name */
  constructor(templates: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(templates)) {
      const parsed = parseTemplate(text);
      this.files.set(name, parsed);
      for (const [key, nodes] of parsed.defined) this.defined.set(key, nodes);
    }
  }

  /**
   * The text of a file, perhaps blank.
   * @param root `Values`, `Chart` and `Release`
   * @throws Error when the template asks for what is not there
   */
  render(file: string, root: unknown): string {
    return this.renderNodes(this.files.get(file)?.body ?? [], { root, dot: root });
  }

  private renderNodes(nodes: readonly TemplateNode[], scope: Scope): string {
    return nodes.map((node) => this.renderNode(node, scope)).join('');
  }

  private renderNode(node: TemplateNode, scope: Scope): string {
    if (node.kind === 'text') return node.text;
    const value = this.evaluate(node.pipeline, scope);
    if (node.kind === 'value') return printed(value);
    if (!isTrue(value)) return this.renderNodes(node.otherwise, scope);
    if (node.kind === 'if') return this.renderNodes(node.body, scope);
    const each = node.kind === 'range' ? (value as unknown[]) : [value];
    return each.map((dot) => this.renderNodes(node.body, { ...scope, dot })).join('');
  }

  private evaluate(pipeline: string, scope: Scope): unknown {
    const tokens = tokensOf(pipeline);
    const value = this.readPipeline(tokens, scope);
    if (tokens.length > 0)
      throw new Error(`${tokens.join(' ')} is left over in {{ ${pipeline} }}.`);
    return value;
  }

  private readPipeline(tokens: string[], scope: Scope): unknown {
    let value = this.readCommand(tokens, scope, []);
    while (tokens[0] === '|') {
      tokens.shift();
      value = this.readCommand(tokens, scope, [value]);
    }
    return value;
  }

  /** @param piped what stands before the `|`: the function's last argument */
  private readCommand(tokens: string[], scope: Scope, piped: unknown[]): unknown {
    const [name = ''] = tokens;
    if (!/^[a-zA-Z]/.test(name)) return this.readOperand(tokens, scope);
    tokens.shift();
    const args: unknown[] = [];
    while (tokens[0] !== undefined && tokens[0] !== '|' && tokens[0] !== ')') {
      args.push(this.readOperand(tokens, scope));
    }
    return this.callFunction(name, [...args, ...piped]);
  }

  private readOperand(tokens: string[], scope: Scope): unknown {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const value = this.readPipeline(tokens, scope);
      if (tokens.shift() !== ')') throw new Error('A parenthesis has no end.');
      return value;
    }
    if (/^["\d]/.test(token)) return JSON.parse(token);
    if (token.startsWith('$')) return lookUp(scope.root, token.slice(1));
    if (token.startsWith('.')) return lookUp(scope.dot, token);
    throw new Error(`${token} is nothing that a template can ask for.`);
  }

  private callFunction(name: string, args: unknown[]): unknown {
    const call = FUNCTIONS[name];
    if (call) return call(...args);
    const nodes = name === 'include' ? this.defined.get(printed(args[0])) : undefined;
    if (!nodes) throw new Error(`There is no ${name} ${JSON.stringify(args[0])}.`);
    return this.renderNodes(nodes, { root: args[1], dot: args[1] });
  }
}

function tokensOf(pipeline: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(pipeline); match; match = TOKEN.exec(pipeline)) {
    tokens.push(match[1] ?? '');
  }
  return tokens;
}

/** @param path as `.Values.image.tag` */
function lookUp(from: unknown, path: string): unknown {
  let value = from;
  for (const key of path.split('.').filter(Boolean)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new Error(`There is no ${path}.`);
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
