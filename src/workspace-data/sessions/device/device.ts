import { UAParser } from 'ua-parser-js';
import {
  announcedBy,
  crawlerOf,
  electronAppOf,
  outlookOf,
  Product,
  productBesides,
  programOf,
  rocketChatOf,
} from './device.product';
import { knownSystem, SystemGuess, systemOf } from './device.system';
import { StoredDevice } from '../stored-device';

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

/** As Rocket.Chat stores it: unknown texts are empty, but a known system of unknown version has no `version`. */
export interface RecognisedDevice extends StoredDevice {
  type: DeviceType;
  name: string;
  longVersion: string;
  os: { name: string; version?: string };
  version: string;
}

const MAX_READ = 500;
/** The longest text of a device, so that a client cannot flood an administrator's list. */
export const MAX_FIELD = 64;

/** Invisible, or harmful to show: controls, direction marks, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

type ProductGuess = { [K in keyof Product]?: string | undefined };

/** The Rocket.Chat app names itself with spaces and semicolons, not as a product. */
const MOBILE_APP = /(?:^|[\s(])RC Mobile(?=\s*(?:;|$))/i;

/** Engines and their ancestors, which the parser reports for mail programs and apps that embed one. */
const ENGINES = new Set(['Mozilla', 'KHTML', 'Gecko', 'WebKit']);
const NEVER_A_NAME = new Set(['Mozilla', 'KHTML', 'Gecko']);
/** What the parser reports for every unknown browser on Apple's engine. */
const SAFARIS = new Set(['Safari', 'Mobile Safari']);
/** Browsers that programs pose as, announcing themselves in parentheses. */
const DISGUISES = new Set([...ENGINES, ...SAFARIS, 'Chrome', 'Chrome Headless']);

/**
 * Recognises the device of a login by its `User-Agent` header (contract §5). Any text gives short, printable fields,
 * and at most `MAX_READ` characters are read, so a client can neither flood a list nor cause unbounded work.
 */
export function recogniseDevice(userAgent: string | undefined): RecognisedDevice {
  const agent = printable(userAgent ?? '', MAX_READ);
  return mobileApp(agent) ?? desktopApp(agent) ?? program(agent) ?? browserOrOther(agent);
}

/** The Rocket.Chat app: `RC Mobile; iOS 12.2; v3.4.0 (250)`; its library writes `android` in lower case. */
function mobileApp(agent: string): RecognisedDevice | undefined {
  const start = agent.search(MOBILE_APP);
  if (start < 0) {
    return undefined;
  }
  const [, os = '', app = ''] = agent
    .slice(start)
    .split(';')
    .map((part) => part.trim());
  const version = app.replace(/^v/, '').replace(/[()]/g, '');
  return device('mobile-app', { name: 'RC Mobile', version }, mobileSystem(os));
}

function mobileSystem(text: string): SystemGuess {
  const words = text.split(/\s+/);
  const last = words.at(-1) ?? '';
  const [name, version] =
    words.length > 2 && /^\d/.test(last) ? [words.slice(0, -1).join(' '), last] : words;
  return knownSystem({ name, version });
}

function desktopApp(agent: string): RecognisedDevice | undefined {
  const app = rocketChatOf(agent);
  // Apple's network library names only the bundle of an iPhone app.
  if (agent.includes(' CFNetwork/') || (!app && !agent.includes(' Electron/'))) {
    return undefined;
  }
  const type = hardwareOf(agent);
  const handheld = type === 'mobile' || type === 'tablet';
  return device(
    app && handheld ? 'mobile-app' : 'desktop-app',
    app ?? electronAppOf(agent),
    systemOf(agent),
  );
}

/** A crawler or mail program, even one that poses as a browser: the parser would see only the browser. */
function program(agent: string): RecognisedDevice | undefined {
  const product = crawlerOf(agent) ?? outlookOf(agent);
  return product && device('other', product, systemOf(agent));
}

function browserOrOther(agent: string): RecognisedDevice {
  const { name = '', version } = new UAParser(agent).getBrowser();
  const program = programBehind(name, agent);
  if (program || name === '' || NEVER_A_NAME.has(name)) {
    return device(hardwareOf(agent) ?? 'other', program, systemOf(agent));
  }
  const browser = SAFARIS.has(name) ? productBesides(agent) : undefined;
  return device(hardwareOf(agent) ?? 'browser', browser ?? { name, version }, systemOf(agent));
}

/** The program behind a browser that the parser reports wrongly: it takes Thunderbird for Mozilla's engine. */
function programBehind(browser: string, agent: string): Product | undefined {
  if (browser === '') {
    return programOf(agent);
  }
  const announced = DISGUISES.has(browser) ? announcedBy(agent)[0] : undefined;
  return announced ?? (ENGINES.has(browser) ? productBesides(agent) : undefined);
}

function hardwareOf(agent: string): DeviceType | undefined {
  const { type } = new UAParser(agent).getDevice();
  return DEVICE_TYPES.find((known) => known === type);
}

function device(
  type: DeviceType,
  product: ProductGuess | undefined,
  os: SystemGuess,
): RecognisedDevice {
  const longVersion = field(product?.version);
  return {
    type,
    name: field(product?.name),
    longVersion,
    os: operatingSystem(field(os.name), field(os.version)),
    version: /\d+(?:\.\d+){0,2}/.exec(longVersion)?.[0] ?? '',
  };
}

/** As Rocket.Chat stores it: two empty strings, a name alone, or both. */
function operatingSystem(name: string, version: string): RecognisedDevice['os'] {
  return name && !version ? { name } : { name, version: name && version };
}

function field(text = ''): string {
  return printable(text, MAX_FIELD);
}

/** Cut first, clean second: the cut bounds the work, and may itself split a character. */
function printable(text: string, length: number): string {
  return text.slice(0, length).replace(UNPRINTABLE, ' ').trim();
}
