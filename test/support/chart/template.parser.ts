/** A piece of a template: text, the value of a pipeline, or a block that is rendered on a condition, or for each item. */
export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'value'; pipeline: string }
  | {
      kind: 'if' | 'with' | 'range';
      pipeline: string;
      body: TemplateNode[];
      otherwise: TemplateNode[];
    };

/** A file of templates, taken apart. */
export interface ParsedTemplate {
  body: TemplateNode[];
  /** What `define` names. */
  defined: Map<string, TemplateNode[]>;
}

interface Action {
  text: string;
  code: string;
}

const ACTION = /\{\{(- )?\s*(\/\*[\s\S]*?\*\/|(?:"(?:[^"\\]|\\.)*"|[^"}])*?)\s*( -)?\}\}/g;
const BLOCK = /^(if|with|range|define|else|end)\b\s*([\s\S]*)$/;

/** Each action with the text before it; `{{-` and `-}}` have eaten the blanks around them. The last has text only. */
function actionsOf(source: string): Action[] {
  const actions: Action[] = [];
  let from = 0;
  let trim = false;
  for (const match of source.matchAll(ACTION)) {
    const [whole, left, code = '', right] = match;
    const text = source.slice(from, match.index);
    const started = trim ? text.trimStart() : text;
    actions.push({ text: left ? started.trimEnd() : started, code });
    from = match.index + whole.length;
    trim = right !== undefined;
  }
  const rest = source.slice(from);
  actions.push({ text: trim ? rest.trimStart() : rest, code: '' });
  return actions;
}

/**
 * Takes apart the part of Go's template language that the chart keeps to.
 * @throws Error when blocks are not nested properly
 */
export function parseTemplate(source: string): ParsedTemplate {
  const actions = actionsOf(source);
  const defined = new Map<string, TemplateNode[]>();

  /** Reads up to the `else` or `end` of the block it stands in. */
  function readNodes(isInBlock: boolean): { nodes: TemplateNode[]; closedBy: string } {
    const nodes: TemplateNode[] = [];
    for (let action = actions.shift(); action; action = actions.shift()) {
      if (action.text) nodes.push({ kind: 'text', text: action.text });
      const { code } = action;
      const [, keyword = '', pipeline = ''] = BLOCK.exec(code) ?? [];
      if (keyword === 'end' || keyword === 'else') {
        if (!isInBlock || pipeline) throw new Error(`{{ ${code} }} is out of place.`);
        return { nodes, closedBy: keyword };
      }
      if (keyword === 'define') defined.set(readName(pipeline), readNodes(true).nodes);
      else if (keyword) nodes.push(readBlock(keyword as 'if' | 'with' | 'range', pipeline));
      else if (code && !code.startsWith('/*')) nodes.push({ kind: 'value', pipeline: code });
    }
    if (isInBlock) throw new Error('A block of the template has no end.');
    return { nodes, closedBy: '' };
  }

  function readBlock(kind: 'if' | 'with' | 'range', pipeline: string): TemplateNode {
    const { nodes: body, closedBy } = readNodes(true);
    return { kind, pipeline, body, otherwise: closedBy === 'else' ? readNodes(true).nodes : [] };
  }

  return { body: readNodes(false).nodes, defined };
}

function readName(text: string): string {
  return JSON.parse(text) as string;
}
