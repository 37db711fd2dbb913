import { UAParser } from 'ua-parser-js';
import { StoredDevice } from './session.schema';

/** What a client can be: Rocket.Chat's own apps, a browser, the kinds of device the parser tells apart, or none of them. */
export const DEVICE_TYPES = [
  'mobile-app',
  'desktop-app',
  'browser',
  'mobile',
  'tablet',
  'console',
  'smarttv',
  'wearable',
  'embedded',
  'other',
] as const;

export type DeviceType = (typeof DEVICE_TYPES)[number];

/**
 * A device as Rocket.Chat stores it, in the contract's key order. What is not known is an empty string; only an
 * operating system that is known without its version has no `version` at all.
 */
export interface RecognisedDevice extends StoredDevice {
  type: DeviceType;
  name: string;
  longVersion: string;
  os: { name: string; version?: string };
  version: string;
}

/** No real agent is longer, and the parser reads no further. */
const MAX_READ = 500;
/** The longest text of a device, so that a client cannot fill the list that an administrator reads. */
export const MAX_FIELD = 64;

/** Nothing to see, or harmful to show: controls, direction marks, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

interface Product {
  name: string;
  version: string;
}

/** What the parser answers: each part may be unknown. */
type Guess = { [K in keyof Product]?: string | undefined };

/** Products that half the agents of the world name for compatibility, and that so identify nobody. */
const COMPATIBILITY_PRODUCTS = new Set(['Mozilla', 'AppleWebKit', 'Gecko', 'Chrome', 'Safari']);

/**
 * Recognises the device of a login by its `User-Agent` header (contract §5, Device from the user agent). The header is
 * whatever the client likes to send, so any text gives a device, with short and printable fields.
 */
export function recogniseDevice(userAgent: string | undefined): RecognisedDevice {
  const agent = printable(userAgent ?? '', MAX_READ);
  return mobileApp(agent) ?? desktopApp(agent) ?? crawler(agent) ?? browserOrOther(agent);
}

/** The Rocket.Chat app: `RC Mobile; iOS 12.2; v3.4.0 (250)`. */
function mobileApp(agent: string): RecognisedDevice | undefined {
  const [name, os = '', app = ''] = agent.split(';').map((part) => part.trim());
  if (name !== 'RC Mobile') {
    return undefined;
  }
  const [osName, osVersion] = os.split(/\s+/);
  const version = app.replace(/^v/, '').replace(/[()]/g, '');
  return device('mobile-app', { name, version }, { name: osName, version: osVersion });
}

/** The Rocket.Chat desktop app, or another that wraps the workspace; all of them run on Electron. */
function desktopApp(agent: string): RecognisedDevice | undefined {
  if (!agent.includes(' Electron/')) {
    return undefined;
  }
  const app = productsOf(agent).find(({ name }) => name === 'Rocket.Chat');
  return device('desktop-app', app ?? ownProduct(agent), osOf(agent));
}

/** A crawler, also one that dresses up as the browser it renders pages with: the parser would see only the dress. */
function crawler(agent: string): RecognisedDevice | undefined {
  const bot = productsOf(agent).find(({ name }) => /bot|crawler|spider/i.test(name));
  return bot && device('other', bot, osOf(agent));
}

function browserOrOther(agent: string): RecognisedDevice {
  const parser = new UAParser(agent);
  const { name, version } = parser.getBrowser();
  const { type } = parser.getDevice();
  const hardware = DEVICE_TYPES.find((known) => known === type);
  const product = name ? { name, version } : ownProduct(agent);
  return device(hardware ?? (name ? 'browser' : 'other'), product, parser.getOS());
}

function osOf(agent: string): Guess {
  return new UAParser(agent).getOS();
}

/** What a program without a browser calls itself: `curl/8.1.2` is of more use in a list than no name. */
function ownProduct(agent: string): Product | undefined {
  return productsOf(agent).find(({ name }) => !COMPATIBILITY_PRODUCTS.has(name));
}

/** Every `name/version` of an agent, in its order (RFC 9110 §10.1.5), comments included. */
function productsOf(agent: string): Product[] {
  return agent.split(/[\s;,()]+/).flatMap((word) => {
    const [, name, version] = /^([a-z][\w.-]*)\/v?(\d[\w.+-]*)$/i.exec(word) ?? [];
    return name && version ? [{ name, version }] : [];
  });
}

function device(type: DeviceType, product: Guess | undefined, os: Guess): RecognisedDevice {
  const longVersion = field(product?.version);
  return {
    type,
    name: field(product?.name),
    longVersion,
    os: operatingSystem(field(os.name), field(os.version)),
    version: /\d+(?:\.\d+){0,2}/.exec(longVersion)?.[0] ?? '',
  };
}

/** Stored as the original stores it: two empty strings, a name alone, or both. */
function operatingSystem(name: string, version: string): RecognisedDevice['os'] {
  return name && !version ? { name } : { name, version: name && version };
}

function field(text = ''): string {
  return printable(text, MAX_FIELD);
}

/** Cut first, cleaned second: the cut bounds the work, and may itself leave half of a character. */
function printable(text: string, length: number): string {
  return text.slice(0, length).replace(UNPRINTABLE, ' ').trim();
}
