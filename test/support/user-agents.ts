import { PROGRAMS } from './user-agents-of-programs';

/**
 * Real user agents of browsers, apps and programs, and the device that each stands for. A device reads
 * `type | name | longVersion | os name | os version | version`, with `-` for what is not known.
 */
export const USER_AGENTS: Record<string, Record<string, string>> = {
  ...PROGRAMS,
  'browsers on Windows': {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36':
      'browser | Chrome | 113.0.0.0 | Windows | 10 | 113.0.0',
    'Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36':
      'browser | Chrome | 109.0.0.0 | Windows | 7 | 109.0.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0':
      'browser | Firefox | 115.0 | Windows | 10 | 115.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36 Edg/113.0.1774.57':
      'browser | Edge | 113.0.1774.57 | Windows | 10 | 113.0.1774',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.102 Safari/537.36 Edge/18.19582':
      'browser | Edge | 18.19582 | Windows | 10 | 18.19582',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36 OPR/99.0.0.0':
      'browser | Opera | 99.0.0.0 | Windows | 10 | 99.0.0',
    'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/104.0.5112.114 YaBrowser/22.9.1.1110 Yowser/2.5 Safari/537.36':
      'browser | Yandex | 22.9.1.1110 | Windows | 10 | 22.9.1',
    'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko':
      'browser | IE | 11.0 | Windows | 10 | 11.0',
    'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)':
      'browser | IE | 9.0 | Windows | 7 | 9.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 Vivaldi/6.1.3035.84':
      'browser | Vivaldi | 6.1.3035.84 | Windows | 10 | 6.1.3035',
  },
  'browsers on macOS': {
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Safari/605.1.15':
      'browser | Safari | 16.5 | Mac OS | 10.15.7 | 16.5',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36':
      'browser | Chrome | 113.0.0.0 | Mac OS | 10.15.7 | 113.0.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:109.0) Gecko/20100101 Firefox/113.0':
      'browser | Firefox | 113.0 | Mac OS | 10.15 | 113.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36 Edg/113.0.1774.50':
      'browser | Edge | 113.0.1774.50 | Mac OS | 10.15.7 | 113.0.1774',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36 OPR/98.0.0.0':
      'browser | Opera | 98.0.0.0 | Mac OS | 10.15.7 | 98.0.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) AppleWebKit/537.36 (KHTML, like Gecko) Brave Chrome/83.0.4103.116 Safari/537.36':
      'browser | Chrome | 83.0.4103.116 | Mac OS | 10.13.6 | 83.0.4103',
  },
  'browsers on Linux and ChromeOS': {
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36':
      'browser | Chrome | 113.0.0.0 | Linux | - | 113.0.0',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/113.0':
      'browser | Firefox | 113.0 | Ubuntu | - | 113.0',
    'Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0':
      'browser | Firefox | 102.0 | Linux | - | 102.0',
    'Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/114.0':
      'browser | Firefox | 114.0 | Fedora | - | 114.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36 Vivaldi/6.0.2979.22':
      'browser | Vivaldi | 6.0.2979.22 | Linux | - | 6.0.2979',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/112.0.5615.49 Chrome/112.0.5615.49 Safari/537.36':
      'browser | Chromium | 112.0.5615.49 | Ubuntu | - | 112.0.5615',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 Safari/605.1.15 Epiphany/605.1.15':
      'browser | Epiphany | 605.1.15 | Linux | - | 605.1.15',
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36':
      'browser | Chrome | 113.0.0.0 | Chromium OS | 14541.0.0 | 113.0.0',
    'Mozilla/5.0 (X11; CrOS aarch64 15359.58.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.5563.100 Safari/537.36':
      'browser | Chrome | 111.0.5563.100 | Chromium OS | 15359.58.0 | 111.0.5563',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/113.0.5672.63 Safari/537.36':
      'browser | Chrome Headless | 113.0.5672.63 | Linux | - | 113.0.5672',
    'Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.1.1d':
      'browser | Lynx | 2.8.9rel.1 | - | - | 2.8.9',
  },
  'browsers on Android': {
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Mobile Safari/537.36':
      'mobile | Chrome | 113.0.0.0 | Android | 10 | 113.0.0',
    'Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.131 Mobile Safari/537.36':
      'mobile | Chrome | 113.0.5672.131 | Android | 13 | 113.0.5672',
    'Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/21.0 Chrome/110.0.5481.154 Mobile Safari/537.36':
      'mobile | Samsung Internet | 21.0 | Android | 13 | 21.0',
    'Mozilla/5.0 (Linux; Android 12; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36':
      'tablet | Chrome | 113.0.0.0 | Android | 12 | 113.0.0',
    'Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/113.0 Firefox/113.0':
      'mobile | Firefox | 113.0 | Android | 13 | 113.0',
    'Mozilla/5.0 (Android 12; Tablet; rv:109.0) Gecko/113.0 Firefox/113.0':
      'tablet | Firefox | 113.0 | Android | 12 | 113.0',
    'Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.76 Mobile Safari/537.36 EdgA/113.0.1774.38':
      'mobile | Edge | 113.0.1774.38 | Android | 10 | 113.0.1774',
    'Mozilla/5.0 (Linux; Android 10; VOG-L29) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.76 Mobile Safari/537.36 OPR/75.1.3978.72329':
      'mobile | Opera | 75.1.3978.72329 | Android | 10 | 75.1.3978',
    'Mozilla/5.0 (Linux; Android 11; SM-A515F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/113.0.5672.76 Mobile Safari/537.36':
      'mobile | Chrome WebView | 113.0.5672.76 | Android | 11 | 113.0.5672',
    'Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.6 like Chrome/108.0.5359.220 Safari/537.36':
      'tablet | Silk | 108.4.6 | Android | 9 | 108.4.6',
    // A telephone whose maker is not a crawler.
    'Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1.180610.011) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.76 Mobile Safari/537.36':
      'mobile | Chrome | 113.0.5672.76 | Android | 9 | 113.0.5672',
  },
  'browsers on iOS and iPadOS': {
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1':
      'mobile | Mobile Safari | 16.5 | iOS | 16.5 | 16.5',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/113.0.5672.121 Mobile/15E148 Safari/604.1':
      'mobile | Chrome | 113.0.5672.121 | iOS | 16.5 | 113.0.5672',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 13_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/113.0 Mobile/15E148 Safari/605.1.15':
      'mobile | Firefox | 113.0 | iOS | 13.4.1 | 113.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 EdgiOS/113.0.1774.42 Mobile/15E148 Safari/605.1.15':
      'mobile | Edge | 113.0.1774.42 | iOS | 16.5 | 113.0.1774',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148':
      'mobile | WebKit | 605.1.15 | iOS | 16.5 | 605.1.15',
    'Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/113.0.5672.121 Mobile/15E148 Safari/604.1':
      'tablet | Chrome | 113.0.5672.121 | iOS | 16.5 | 113.0.5672',
    'Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1':
      'tablet | Mobile Safari | 12.1.2 | iOS | 12.5.7 | 12.1.2',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15':
      'browser | Safari | 15.4 | Mac OS | 10.15.6 | 15.4',
  },
  'browsers on other devices': {
    'Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15':
      'console | Safari | 13.0 | PlayStation | 5 | 13.0',
    'Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36':
      'smarttv | Safari | - | Tizen | 6.0 | -',
    'Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.225 Safari/537.36 OculusBrowser/16.0':
      'browser | Oculus Browser | 16.0 | Linux | - | 16.0',
    'Mozilla/5.0 (X11; FreeBSD amd64; rv:109.0) Gecko/20100101 Firefox/113.0':
      'browser | Firefox | 113.0 | FreeBSD | - | 113.0',
  },
  'desktop apps': {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/3.9.0 Chrome/108.0.5359.215 Electron/22.3.27 Safari/537.36':
      'desktop-app | Rocket.Chat | 3.9.0 | Windows | 10 | 3.9.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/3.8.17 Chrome/102.0.5005.167 Electron/19.1.9 Safari/537.36':
      'desktop-app | Rocket.Chat | 3.8.17 | Mac OS | 10.15.7 | 3.8.17',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/4.0.0-alpha.1 Chrome/114.0.5735.289 Electron/25.9.0 Safari/537.36':
      'desktop-app | Rocket.Chat | 4.0.0-alpha.1 | Linux | - | 4.0.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_1) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/2.15.2 Chrome/66.0.3359.181 Electron/3.1.8 Safari/537.36':
      'desktop-app | Rocket.Chat | 2.15.2 | Mac OS | 10.14.1 | 2.15.2',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ferdium/6.3.0 Chrome/108.0.5359.215 Electron/22.3.12 Safari/537.36':
      'desktop-app | Ferdium | 6.3.0 | Linux | - | 6.3.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.5359.215 Electron/22.3.12 Safari/537.36':
      'desktop-app | Electron | 22.3.12 | Linux | - | 22.3.12',
  },
  'the mobile app': {
    'RC Mobile; iOS 12.2; v3.4.0 (250)': 'mobile-app | RC Mobile | 3.4.0 250 | iOS | 12.2 | 3.4.0',
    'RC Mobile; iOS 16.5; v4.38.0 (1234)':
      'mobile-app | RC Mobile | 4.38.0 1234 | iOS | 16.5 | 4.38.0',
    'RC Mobile; iPadOS 16.4.1; v4.38.0 (37951)':
      'mobile-app | RC Mobile | 4.38.0 37951 | iPadOS | 16.4.1 | 4.38.0',
    'RC Mobile; Android 13; v4.44.0 (49561)':
      'mobile-app | RC Mobile | 4.44.0 49561 | Android | 13 | 4.44.0',
    'RC Mobile; Android 8.1.0; v1.13.0 (1001)':
      'mobile-app | RC Mobile | 1.13.0 1001 | Android | 8.1.0 | 1.13.0',
    'RC Mobile; Android 13': 'mobile-app | RC Mobile | - | Android | 13 | -',
    'RC Mobile': 'mobile-app | RC Mobile | - | - | - | -',
  },
  programs: {
    'curl/8.1.2': 'other | curl | 8.1.2 | - | - | 8.1.2',
    'curl/7.68.0-DEV': 'other | curl | 7.68.0-DEV | - | - | 7.68.0',
    'Wget/1.21.3': 'other | Wget | 1.21.3 | - | - | 1.21.3',
    'Wget/1.20.3 (linux-gnu)': 'other | Wget | 1.20.3 | Linux | - | 1.20.3',
    'PostmanRuntime/7.32.2': 'other | PostmanRuntime | 7.32.2 | - | - | 7.32.2',
    'insomnia/2023.2.2': 'other | insomnia | 2023.2.2 | - | - | 2023.2.2',
    'HTTPie/3.2.2': 'other | HTTPie | 3.2.2 | - | - | 3.2.2',
    'Go-http-client/1.1': 'other | Go-http-client | 1.1 | - | - | 1.1',
    'Go-http-client/2.0': 'other | Go-http-client | 2.0 | - | - | 2.0',
    'python-requests/2.31.0': 'other | python-requests | 2.31.0 | - | - | 2.31.0',
    'Python-urllib/3.11': 'other | Python-urllib | 3.11 | - | - | 3.11',
    'python-httpx/0.24.1': 'other | python-httpx | 0.24.1 | - | - | 0.24.1',
    'Python/3.11 aiohttp/3.8.4': 'other | Python | 3.11 | - | - | 3.11',
    'axios/1.4.0': 'other | axios | 1.4.0 | - | - | 1.4.0',
    'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)':
      'other | node-fetch | 1.0 | - | - | 1.0',
    node: 'other | node | - | - | - | -',
    'okhttp/4.11.0': 'other | okhttp | 4.11.0 | - | - | 4.11.0',
    'Java/17.0.7': 'other | Java | 17.0.7 | - | - | 17.0.7',
    'Java/1.8.0_372': 'other | Java | 1.8.0_372 | - | - | 1.8.0',
    'Java-http-client/17.0.7': 'other | Java-http-client | 17.0.7 | - | - | 17.0.7',
    'Apache-HttpClient/4.5.14 (Java/17.0.7)': 'other | Apache-HttpClient | 4.5.14 | - | - | 4.5.14',
    'GuzzleHttp/7': 'other | GuzzleHttp | 7 | - | - | 7',
    'Dart/3.0 (dart:io)': 'other | Dart | 3.0 | - | - | 3.0',
    Ruby: 'other | Ruby | - | - | - | -',
    'libwww-perl/6.68': 'other | libwww-perl | 6.68 | - | - | 6.68',
    'Rocket.Chat/1 CFNetwork/1408.0.4 Darwin/22.5.0': 'other | Rocket.Chat | 1 | iOS | - | 1',
    'Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ2A.230505.002)':
      'mobile | Dalvik | 2.1.0 | Android | 13 | 2.1.0',
    'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; en-US) PowerShell/7.3.4':
      'other | PowerShell | 7.3.4 | Windows | 10 | 7.3.4',
  },
  crawlers: {
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)':
      'other | Googlebot | 2.1 | - | - | 2.1',
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.63 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)':
      'other | Googlebot | 2.1 | Android | 6.0.1 | 2.1',
    'Googlebot-Image/1.0': 'other | Googlebot-Image | 1.0 | - | - | 1.0',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)':
      'other | bingbot | 2.0 | - | - | 2.0',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/103.0.5060.134 Safari/537.36':
      'other | bingbot | 2.0 | - | - | 2.0',
    'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)':
      'other | YandexBot | 3.0 | - | - | 3.0',
    'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)':
      'other | Baiduspider | 2.0 | - | - | 2.0',
    'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)':
      'other | DuckDuckBot | 1.1 | - | - | 1.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)':
      'other | Applebot | 0.1 | Mac OS | 10.15.5 | 0.1',
    'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)':
      'other | Yahoo! Slurp | - | - | - | -',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)':
      'other | facebookexternalhit | 1.1 | - | - | 1.1',
    'Twitterbot/1.0': 'other | Twitterbot | 1.0 | - | - | 1.0',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)':
      'other | Slackbot-LinkExpanding | 1.0 | - | - | 1.0',
    'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)':
      'other | AhrefsBot | 7.0 | - | - | 7.0',
  },
};

/** Hostile user agents by description, each with the device that is stored for it. */
export const HOSTILE_AGENTS: Record<string, readonly [userAgent: string, device: string]> = {
  nothing: ['', 'other | - | - | - | - | -'],
  spaces: ['   ', 'other | - | - | - | - | -'],
  'a NUL': ['\u0000', 'other | - | - | - | - | -'],
  garbage: ['!"§$%&/()=?', 'other | - | - | - | - | -'],
  'a script': ['<script>alert(1)</script>/1.0', 'other | - | - | - | - | -'],
  'an operator': ['$where/1.0', 'other | - | - | - | - | -'],
  'the name of a prototype': ['__proto__ constructor/1', 'other | constructor | 1 | - | - | 1'],
  'an emoji': ['\u{1F4F1}', 'other | - | - | - | - | -'],
  '10,000 letters': ['a'.repeat(10_000), 'other | - | - | - | - | -'],
  '10,000 emoji': ['\u{1F4F1}'.repeat(10_000), 'other | - | - | - | - | -'],
  '10,000 digits of version': [
    `curl/${'1'.repeat(10_000)}`,
    `other | curl | ${'1'.repeat(64)} | - | - | ${'1'.repeat(64)}`,
  ],
  'a browser with 10,000 letters behind it': [
    `Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0 ${'x'.repeat(10_000)}`,
    'browser | Firefox | 102.0 | Linux | - | 102.0',
  ],
  'a product behind 10,000 spaces': [
    `${' '.repeat(10_000)}curl/8.1.2`,
    'other | - | - | - | - | -',
  ],
  'a mobile app with 10,000 letters of system': [
    `RC Mobile; ${'x'.repeat(10_000)} 1.0; v1.0.0 (1)`,
    `mobile-app | RC Mobile | - | ${'x'.repeat(64)} | - | -`,
  ],
  'a second header line': [
    'curl/8.1.2\r\nx-user-id: admin',
    'other | curl | 8.1.2 | - | - | 8.1.2',
  ],
  'a tab between products': ['Python/3.11\taiohttp/3.8.4', 'other | Python | 3.11 | - | - | 3.11'],
  'an escape sequence': [
    'RC Mobile; \u001b[31miOS 12.2; v3.4.0 (250)',
    'mobile-app | RC Mobile | 3.4.0 250 | [31miOS | 12.2 | 3.4.0',
  ],
  'a NUL inside the system': [
    'RC Mobile; iOS\u0000 12.2; v3.4.0 (250)',
    'mobile-app | RC Mobile | 3.4.0 250 | iOS | 12.2 | 3.4.0',
  ],
  'a control character of Latin-1': [
    'RC Mobile; iOS\u0085 12.2\u009f; v3.4.0 (250)',
    'mobile-app | RC Mobile | 3.4.0 250 | iOS | 12.2 | 3.4.0',
  ],
  'text that runs from right to left': [
    'RC Mobile; \u202eSOi 12.2; v3.4.0 (250)',
    'mobile-app | RC Mobile | 3.4.0 250 | SOi | 12.2 | 3.4.0',
  ],
  'half of an emoji': [
    'RC Mobile; \ud83d 12.2; v3.4.0 (\udcf1)',
    'mobile-app | RC Mobile | 3.4.0 | 12.2 | - | 3.4.0',
  ],
  'an emoji as the system': [
    'RC Mobile; \u{1F4F1} 12.2; v3.4.0 (250)',
    'mobile-app | RC Mobile | 3.4.0 250 | \u{1F4F1} | 12.2 | 3.4.0',
  ],
  'an emoji that the longest field cuts in half': [
    `RC Mobile; ${'x'.repeat(63)}\u{1F4F1} 1; v1.0.0 (1)`,
    `mobile-app | RC Mobile | 1.0.0 1 | ${'x'.repeat(63)} | 1 | 1.0.0`,
  ],
  'the name of the mobile app at the beginning of another': [
    'RC Mobile Fake; iOS 12.2; v3.4.0 (250)',
    'other | - | - | - | - | -',
  ],
  'the desktop app without Electron': [
    'Rocket.Chat/3.9.0',
    'desktop-app | Rocket.Chat | 3.9.0 | - | - | 3.9.0',
  ],
};
