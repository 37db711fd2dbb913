import { UAParser } from 'ua-parser-js';

export interface SystemGuess {
  name?: string | undefined;
  version?: string | undefined;
}

/** Systems in the one spelling that the administrator's list uses, so that a filter finds all of a kind. */
const SPELLINGS = [
  ...['Android', 'HarmonyOS', 'iOS', 'iPadOS', 'tvOS', 'watchOS', 'KaiOS', 'Sailfish', 'Symbian'],
  ...['Windows', 'Windows Phone', 'Windows Mobile', 'Mac OS', 'Chromium OS', 'Haiku', 'Fuchsia'],
  ...['Linux', 'GNU', 'Hurd', 'FreeBSD', 'OpenBSD', 'NetBSD', 'DragonFly', 'Solaris', 'AIX'],
  ...['Ubuntu', 'Kubuntu', 'Debian', 'Fedora', 'Gentoo', 'Arch', 'Slackware', 'CentOS', 'Mint'],
  ...['SUSE', 'openSUSE', 'Red Hat', 'Raspbian', 'Manjaro', 'Deepin', 'Mageia'],
  ...['Tizen', 'webOS', 'Chromecast', 'PlayStation', 'Nintendo', 'Xbox', 'BlackBerry', 'QNX'],
];

const SYSTEMS = new Map([
  ...SPELLINGS.map((name) => [name.toLowerCase(), name] as const),
  ...['macos', 'macosx', 'mac os x', 'os x', 'osx', 'darwin'].map(
    (alias) => [alias, 'Mac OS'] as const,
  ),
  ...['cros', 'chromeos', 'chrome os'].map((alias) => [alias, 'Chromium OS'] as const),
  ...['win32', 'windows nt'].map((alias) => [alias, 'Windows'] as const),
  ['iphone os', 'iOS'] as const,
  ['redhat', 'Red Hat'] as const,
]);

/** These have numbers as versions; a word there is a processor, a window system or an executable format. */
const NUMBERED = /^(?:Linux|GNU|Hurd|Solaris|DragonFly|Mac OS|iOS|iPadOS|Android|.*BSD)$/;

const PROCESSORS = [
  ...[
    'x86(?:[_-](?:32|64))?',
    'x(?:32|64)',
    'amd64',
    'wow64',
    'win64',
    'ia(?:32|64)',
    'i\\d?86(?:pc)?',
  ],
  ...['aarch(?:32|64)(?:_be)?', 'arm(?:v\\d\\w*|64\\w*|32|hf|el|eb)?', 'evbarm', 'riscv\\d*\\w*'],
  ...['(?:ppc|powerpc)(?:64)?(?:le|el)?', 's390x?', 'loong(?:arch)?\\d*', 'mips\\w*', 'sparc\\w*'],
  ...['sun4\\w', 'alpha', 'hppa\\w*', 'm68k', 'sh4'],
];
const PROCESSOR = new RegExp(`^(?:${PROCESSORS.join('|')})$`, 'i');

/** From Safari 26 on, an iPhone reports iOS 18 for ever, and the true version as Safari's. */
const FROZEN_IOS = /^18(?:\.|$)/;
const FIRST_AFTER_FREEZE = 26;

/** What the parser would mistake for the version: `Windows NT; Windows NT 10.0`, `Win64`, `Outlook-Android/2.0`. */
const MISLEADING = /\bWindows NT; |(?<=\bWin)(?:32|64)\b|(?<=-Android)\/\S+/gi;

export function isProcessor(word: string): boolean {
  return PROCESSOR.test(word);
}

export function isSystem(word: string): boolean {
  return SYSTEMS.has(word.toLowerCase());
}

export function systemOf(agent: string): SystemGuess {
  const { name, version } = new UAParser(agent.replace(MISLEADING, '')).getOS();
  if (!name) {
    return systemProduct(agent);
  }
  const system = knownSystem({ name, version });
  return system.name === 'iOS' ? { ...system, version: iosVersion(agent, system.version) } : system;
}

export function knownSystem({ name = '', version = '' }: SystemGuess): SystemGuess {
  const known = SYSTEMS.get(name.toLowerCase()) ?? name;
  const words = version.split(' ').filter((word) => !isProcessor(word));
  return {
    name: known,
    version: NUMBERED.test(known) ? words.find((word) => /^\d/.test(word)) : words.join(' '),
  };
}

/** Apple's services name the system as a product, `iOS/16.5 (20F66) dataaccessd/1.0`; Windows may be just `Win64`. */
function systemProduct(agent: string): SystemGuess {
  const [, name, version] = /(?:^|[\s(;])(iOS|iPadOS|macOS|tvOS)\/(\d[\d.]*)/i.exec(agent) ?? [];
  return name
    ? knownSystem({ name, version })
    : { name: /\bWin(?:32|64)\b/i.exec(agent)?.[0] && 'Windows' };
}

function iosVersion(agent: string, version: string | undefined): string | undefined {
  const [, safari = ''] = / Version\/(\d+(?:\.\d+)*)/.exec(agent) ?? [];
  const frozen = FROZEN_IOS.test(version ?? '') && parseInt(safari, 10) >= FIRST_AFTER_FREEZE;
  return frozen ? safari : version;
}
