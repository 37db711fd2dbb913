import { isProcessor, isSystem } from './device.system';

export interface Product {
  name: string;
  version: string;
}

/** A longer name is no name, but somebody who fills a list. */
const MAX_NAME = 64;

/** Words that half the agents of the world carry for compatibility, and that so identify nobody. */
const COMPATIBILITY_WORDS = new Set([
  ...['mozilla', 'applewebkit', 'webkit', 'khtml', 'gecko', 'like', 'compatible', 'trident'],
  ...['chrome', 'safari', 'version', 'mobile', 'tablet', 'build', 'msie', 'electron'],
]);

/** `name/version` (RFC 9110 §10.1.5). */
const VERSIONED = /^([a-z][\w.+%-]*)\/v?(\d[\w.+-]*)$/i;
/** Up to four words, perhaps with a version behind them: `Yahoo! Slurp`, `Slackbot-LinkExpanding 1.0`. */
const WORDS = /^([a-z][\w.+!-]*(?: (?!v\d)[a-z][\w.+!-]*){0,3})(?:[/ ]v?(\d[\w.+-]*))?$/i;

/** Stands between a system and a program: `en`, `en-US`. */
const LANGUAGE = /^[a-z]{2}(?:[-_][a-z]{2})?$/i;

const ROCKET_CHAT = /^rocket\.?chat\+?$/i;

/** Rocket.Chat's own app, wherever it stands; old ones call themselves `Rocket.Chat+`. */
export function rocketChatOf(agent: string): Product | undefined {
  const lone = /^rocket\.chat\+?$/i.test(agent) ? { name: agent, version: '' } : undefined;
  const app = productsOf(agent).find(({ name }) => ROCKET_CHAT.test(name)) ?? lone;
  return app && { name: 'Rocket.Chat', version: app.version };
}

/** A crawler, also one that dresses up as the browser it renders pages with. */
export function crawlerOf(agent: string): Product | undefined {
  const bots = [...productsOf(agent), ...announcedBy(agent)];
  return bots.find(({ name }) => /bot|crawler|spider/i.test(name));
}

/** What an agent without a known browser calls itself: `curl/8.1.2` is of more use in a list than no name. */
export function programOf(agent: string): Product | undefined {
  return productBesides(agent) ?? headOf(agent) ?? announcedBy(agent)[0] ?? ownProducts(agent)[0];
}

/** The first product outside of brackets that is no compatibility word. */
export function productBesides(agent: string): Product | undefined {
  return ownProducts(outsideBrackets(agent))[0];
}

/** The program on Electron; Electron itself where nothing else is said. */
export function electronAppOf(agent: string): Product | undefined {
  return productBesides(agent) ?? productsOf(agent).find(({ name }) => name === 'Electron');
}

/** Outlook, which stands in brackets behind the name of its package or of a browser. */
export function outlookOf(agent: string): Product | undefined {
  const [, version] = /\bMicrosoft Outlook (\d[\d.]*)/i.exec(agent) ?? [];
  return version ? { name: 'Microsoft Outlook', version } : undefined;
}

/** Programs that announce themselves in brackets: `(compatible; Foo/1.2; …)`, also without a version. */
export function announcedBy(agent: string): Product[] {
  const [, , parts = ''] = /(^|[(;,] *)compatible; *([^()]*)/i.exec(agent) ?? [];
  return parts
    .split(';')
    .map((part) => part.trim())
    .filter((part) => !LANGUAGE.test(part))
    .flatMap(wordsAsProduct);
}

/** The words before the first bracket, where they are all that the program says of itself: `node`, `got (…)`. */
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

/** Every `name/version` of an agent, in its order, comments included. */
function productsOf(text: string): Product[] {
  return text.split(/[\s;,()]+/).flatMap((word) => {
    const [, name, version] = VERSIONED.exec(word) ?? [];
    // Apple's libraries escape the blank in the name of an app.
    return name && version ? [{ name: name.replaceAll('%20', ' '), version }] : [];
  });
}

/** An agent without its comments, nested and unclosed ones too (RFC 9110 §5.6.5). */
function outsideBrackets(agent: string): string {
  let depth = 0;
  let outside = '';
  for (const letter of agent) {
    depth = letter === '(' ? depth + 1 : letter === ')' ? Math.max(0, depth - 1) : depth;
    outside += depth > 0 || letter === ')' ? ' ' : letter;
  }
  return outside;
}
