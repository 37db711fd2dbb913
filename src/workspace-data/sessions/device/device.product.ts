import { isProcessor, isSystem } from './device.system';

export interface Product {
  name: string;
  version: string;
}

/** A longer name is an attempt to flood the administrator's list. */
const MAX_NAME = 64;

/** Words that most agents carry for compatibility, so they identify no program. */
const COMPATIBILITY_WORDS = new Set([
  ...['mozilla', 'applewebkit', 'webkit', 'khtml', 'gecko', 'like', 'compatible', 'trident'],
  ...['chrome', 'safari', 'version', 'mobile', 'tablet', 'build', 'msie', 'electron'],
]);

/** `name/version` (RFC 9110 §10.1.5). */
const VERSIONED = /^([a-z][\w.+%-]*)\/v?(\d[\w.+-]*)$/i;
/** Up to four words, optionally followed by a version: `Yahoo! Slurp`, `Slackbot-LinkExpanding 1.0`. */
const WORDS = /^([a-z][\w.+!-]*(?: (?!v\d)[a-z][\w.+!-]*){0,3})(?:[/ ]v?(\d[\w.+-]*))?$/i;

const LANGUAGE = /^[a-z]{2}(?:[-_][a-z]{2})?$/i;

const ROCKET_CHAT = /^rocket\.?chat\+?$/i;

/** Rocket.Chat's own app, wherever the agent names it; old versions call themselves `Rocket.Chat+`. */
export function rocketChatOf(agent: string): Product | undefined {
  const lone = /^rocket\.chat\+?$/i.test(agent) ? { name: agent, version: '' } : undefined;
  const app = productsOf(agent).find(({ name }) => ROCKET_CHAT.test(name)) ?? lone;
  return app && { name: 'Rocket.Chat', version: app.version };
}

export function crawlerOf(agent: string): Product | undefined {
  const bots = [...productsOf(agent), ...announcedBy(agent)];
  return bots.find(({ name }) => /bot|crawler|spider/i.test(name));
}

/** What an agent without a known browser calls itself, for example `curl/8.1.2`. */
export function programOf(agent: string): Product | undefined {
  return productBesides(agent) ?? headOf(agent) ?? announcedBy(agent)[0] ?? ownProducts(agent)[0];
}

/** The first product outside parentheses that is not a compatibility word. */
export function productBesides(agent: string): Product | undefined {
  return ownProducts(outsideBrackets(agent))[0];
}

export function electronAppOf(agent: string): Product | undefined {
  return productBesides(agent) ?? productsOf(agent).find(({ name }) => name === 'Electron');
}

/** Outlook, which agents name in parentheses after the name of its package or of a browser. */
export function outlookOf(agent: string): Product | undefined {
  const [, version] = /\bMicrosoft Outlook (\d[\d.]*)/i.exec(agent) ?? [];
  return version ? { name: 'Microsoft Outlook', version } : undefined;
}

/** Programs that announce themselves in parentheses: `(compatible; Foo/1.2; …)`, with or without a version. */
export function announcedBy(agent: string): Product[] {
  const [, , parts = ''] = /(^|[(;,] *)compatible; *([^()]*)/i.exec(agent) ?? [];
  return parts
    .split(';')
    .map((part) => part.trim())
    .filter((part) => !LANGUAGE.test(part))
    .flatMap(wordsAsProduct);
}

/** The words before the first parenthesis, when the program says nothing else of itself: `node`, `got (…)`. */
function headOf(agent: string): Product | undefined {
  const [head = ''] = agent.split('(', 1);
  return wordsAsProduct(head.trim())[0];
}

function wordsAsProduct(text: string): Product[] {
  const [, words = '', version = ''] = WORDS.exec(text) ?? [];
  const [first = '', ...others] = words.split(' ');
  const name = [first, ...others.filter(isProgram)].join(' ');
  const isName = isProgram(first) && name.length > 1 && name.length <= MAX_NAME;
  return isName ? [{ name, version }] : [];
}

function ownProducts(text: string): Product[] {
  return productsOf(text).filter(({ name }) => isProgram(name));
}

function isProgram(word: string): boolean {
  return !COMPATIBILITY_WORDS.has(word.toLowerCase()) && !isProcessor(word) && !isSystem(word);
}

/** Every `name/version` of an agent, in order, including those in comments. */
function productsOf(text: string): Product[] {
  return text.split(/[\s;,()]+/).flatMap((word) => {
    const [, name, version] = VERSIONED.exec(word) ?? [];
    // Apple's libraries escape the space in an app's name.
    return name && version ? [{ name: name.replaceAll('%20', ' '), version }] : [];
  });
}

/** An agent without its comments, including nested and unclosed ones (RFC 9110 §5.6.5). */
function outsideBrackets(agent: string): string {
  let depth = 0;
  let outside = '';
  for (const letter of agent) {
    depth = letter === '(' ? depth + 1 : letter === ')' ? Math.max(0, depth - 1) : depth;
    outside += depth > 0 || letter === ')' ? ' ' : letter;
  }
  return outside;
}
