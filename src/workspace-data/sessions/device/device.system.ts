import { UAParser } from 'ua-parser-js';

/** What is known of an operating system: each part may be unknown. */
export interface SystemGuess {
  name?: string | undefined;
  version?: string | undefined;
}

/** Systems in the one spelling that the list of an administrator knows, so that a filter finds all of a kind. */
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

/** Their versions are numbers; a word there is a processor, a window system or a format of programs. */
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

/** From Safari 26 on, an iPhone names the last system before the new count, and the true one as Safari's version. */
const FROZEN_IOS = /^18(?:\.|$)/;
const FIRST_AFTER_FREEZE = 26;

/**
 * What the parser would take for a version of the system: the family before it (PowerShell: `Windows NT; Windows NT
 * 10.0`), the width of the processor, and the version of an app that is named after it (`Outlook-Android/2.0`).
 */
const MISLEADING = /\bWindows NT; |(?<=\bWin)(?:32|64)\b|(?<=-Android)\/\S+/gi;

/** Whether a word of an agent is a processor (`aarch64`, `WOW64`), which is neither a program nor a version. */
export function isProcessor(word: string): boolean {
  return PROCESSOR.test(word);
}

/** Whether a word of an agent is an operating system, which is not a program. */
export function isSystem(word: string): boolean {
  return SYSTEMS.has(word.toLowerCase());
}

/** The operating system that an agent names anywhere; the agent is of bounded length. */
export function systemOf(agent: string): SystemGuess {
  const { name, version } = new UAParser(agent.replace(MISLEADING, '')).getOS();
  if (!name) {
    return systemProduct(agent);
  }
  const system = knownSystem({ name, version });
  return system.name === 'iOS' ? { ...system, version: iosVersion(agent, system.version) } : system;
}

/** A system in its one spelling, with nothing but a version as its version. */
export function knownSystem({ name = '', version = '' }: SystemGuess): SystemGuess {
  const known = SYSTEMS.get(name.toLowerCase()) ?? name;
  const words = version.split(' ').filter((word) => !isProcessor(word));
  return {
    name: known,
    version: NUMBERED.test(known) ? words.find((word) => /^\d/.test(word)) : words.join(' '),
  };
}

/** Apple's services name the system as a product: `iOS/16.5 (20F66) dataaccessd/1.0`; Windows may be `Win64` alone. */
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
