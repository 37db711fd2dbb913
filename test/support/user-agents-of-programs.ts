/** More real user agents, in the notation of `USER_AGENTS`: apps, programs, and systems that are easily misread. */
export const PROGRAMS: Record<string, Record<string, string>> = {
  'old and wrapped desktop apps': {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat+/2.9.0 Chrome/58.0.3029.110 Electron/1.7.9 Safari/537.36':
      'desktop-app | Rocket.Chat | 2.9.0 | Windows | 10 | 2.9.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat+/2.10.5 Chrome/58.0.3029.110 Electron/1.7.11 Safari/537.36':
      'desktop-app | Rocket.Chat | 2.10.5 | Mac OS | 10.12.6 | 2.10.5',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat+/2.13.3 Chrome/61.0.3163.100 Electron/2.0.8 Safari/537.36':
      'desktop-app | Rocket.Chat | 2.13.3 | Linux | - | 2.13.3',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat+/1.3.1 Chrome/49.0.2623.75 Electron/0.37.8 Safari/537.36':
      'desktop-app | Rocket.Chat | 1.3.1 | Windows | 7 | 1.3.1',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Rocket.Chat/3.0.6 Chrome/87.0.4280.88 Safari/537.36':
      'desktop-app | Rocket.Chat | 3.0.6 | Windows | 10 | 3.0.6',
    'Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.291 Safari/537.36 Rocket.Chat/4.1.2':
      'desktop-app | Rocket.Chat | 4.1.2 | Linux | - | 4.1.2',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Rocket.Chat/4.2.0)':
      'desktop-app | Rocket.Chat | 4.2.0 | Mac OS | 10.15.7 | 4.2.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0.3029.110 Electron/1.7.9 Safari/537.36 Franz/5.0.0':
      'desktop-app | Franz | 5.0.0 | Windows | 10 | 5.0.0',
    'Mozilla/5.0 (X11; Linux arm64) AppleWebKit/537.36 (KHTML, like Gecko) rambox/2.3.4 Chrome/124.0.6367.243 Electron/30.1.2 Safari/537.36':
      'desktop-app | rambox | 2.3.4 | Linux | - | 2.3.4',
  },
  'the mobile app and other clients of the workspace': {
    'RC Mobile; android 14; v4.50.1 (108023)':
      'mobile-app | RC Mobile | 4.50.1 108023 | Android | 14 | 4.50.1',
    'RC Mobile; ios 17.5.1; v4.49.0 (60123)':
      'mobile-app | RC Mobile | 4.49.0 60123 | iOS | 17.5.1 | 4.49.0',
    'RC Mobile; ANDROID 9; v1.20.0 (2100)':
      'mobile-app | RC Mobile | 1.20.0 2100 | Android | 9 | 1.20.0',
    'RC Mobile; iPhone OS 13.3; v4.2.0 (24118)':
      'mobile-app | RC Mobile | 4.2.0 24118 | iOS | 13.3 | 4.2.0',
    'okhttp/4.9.2 (RC Mobile; android 13; v4.40.0 (51001))':
      'mobile-app | RC Mobile | 4.40.0 51001 | Android | 13 | 4.40.0',
    'RocketChatRN/29872 CFNetwork/1220.1 Darwin/20.3.0':
      'other | RocketChatRN | 29872 | iOS | - | 29872',
    'Rocket.Chat%20Experimental/60123 CFNetwork/1494.0.7 Darwin/23.4.0':
      'other | Rocket.Chat Experimental | 60123 | iOS | - | 60123',
    'Rocket.Chat': 'desktop-app | Rocket.Chat | - | - | - | -',
    'Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.5672.131 Mobile Safari/537.36 Rocket.Chat/4.1.0':
      'mobile-app | Rocket.Chat | 4.1.0 | Android | 13 | 4.1.0',
    'hubot-rocketchat': 'other | hubot-rocketchat | - | - | - | -',
    'hubot-rocketchat (node/18.19.0)': 'other | hubot-rocketchat | - | - | - | -',
    'hubot/3.3.2 (linux; x64)': 'other | hubot | 3.3.2 | Linux | - | 3.3.2',
    'matrix-appservice-bridge': 'other | matrix-appservice-bridge | - | - | - | -',
    'Synapse/1.98.0': 'other | Synapse | 1.98.0 | - | - | 1.98.0',
    'mautrix-rocketchat/0.2.0 mautrix-go/v0.18.1 go/1.22.2':
      'other | mautrix-rocketchat | 0.2.0 | - | - | 0.2.0',
    'matterbridge/1.26.0': 'other | matterbridge | 1.26.0 | - | - | 1.26.0',
  },
  'iOS before and after its system was frozen': {
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Mobile/15E148 Safari/604.1':
      'mobile | Mobile Safari | 26.2 | iOS | 26.2 | 26.2',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0.1 Mobile/15E148 Safari/604.1':
      'mobile | Mobile Safari | 26.0.1 | iOS | 26.0.1 | 26.0.1',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1':
      'mobile | Mobile Safari | 18.6 | iOS | 18.6.2 | 18.6',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1':
      'mobile | Mobile Safari | 17.6 | iOS | 17.6.1 | 17.6',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0.7499.108 Mobile/15E148 Safari/604.1':
      'mobile | Chrome | 143.0.7499.108 | iOS | 26.1 | 143.0.7499',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 EdgiOS/140.0.3485.94 Mobile/15E148 Safari/605.1.15':
      'mobile | Edge | 140.0.3485.94 | iOS | 26.0 | 140.0.3485',
    'Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.1 Mobile/15E148 Safari/604.1':
      'tablet | Mobile Safari | 27.1 | iOS | 27.1 | 27.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Safari/605.1.15':
      'browser | Safari | 26.2 | Mac OS | 10.15.7 | 26.2',
    'iOS/16.5 (20F66) dataaccessd/1.0': 'other | dataaccessd | 1.0 | iOS | 16.5 | 1.0',
  },
  'processors, which are no version': {
    'Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux armv8l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux arm64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux i686) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux i386) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux ppc64le) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux riscv64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux s390x) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux loong64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux loongarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux mips64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux sparc64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
      'browser | Chrome | 120.0.0.0 | Linux | - | 120.0.0',
    'Mozilla/5.0 (X11; Linux aarch64; rv:128.0) Gecko/20100101 Firefox/128.0':
      'browser | Firefox | 128.0 | Linux | - | 128.0',
    'Mozilla/5.0 (X11; Linux i686 on x86_64; rv:91.0) Gecko/20100101 Firefox/91.0':
      'browser | Firefox | 91.0 | Linux | - | 91.0',
    'Mozilla/5.0 (X11; Ubuntu; Linux aarch64; rv:126.0) Gecko/20100101 Firefox/126.0':
      'browser | Firefox | 126.0 | Ubuntu | - | 126.0',
    'Mozilla/5.0 (X11; OpenBSD amd64; rv:121.0) Gecko/20100101 Firefox/121.0':
      'browser | Firefox | 121.0 | OpenBSD | - | 121.0',
    'Mozilla/5.0 (X11; FreeBSD arm64; rv:122.0) Gecko/20100101 Firefox/122.0':
      'browser | Firefox | 122.0 | FreeBSD | - | 122.0',
    'Mozilla/5.0 (X11; NetBSD evbarm; rv:115.0) Gecko/20100101 Firefox/115.0':
      'browser | Firefox | 115.0 | NetBSD | - | 115.0',
    'Mozilla/5.0 (X11; SunOS sun4u; rv:52.0) Gecko/20100101 Firefox/52.0':
      'browser | Firefox | 52.0 | Solaris | - | 52.0',
    'Mozilla/5.0 (X11; CrOS armv7l 13597.84.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.186 Safari/537.36':
      'browser | Chrome | 88.0.4324.186 | Chromium OS | 13597.84.0 | 88.0.4324',
    'Mozilla/5.0 (Macintosh; PPC Mac OS X Mach-O; rv:1.8.1.20) Gecko/20081217 Firefox/2.0.0.20':
      'browser | Firefox | 2.0.0.20 | Mac OS | - | 2.0.0',
  },
  'mail programs': {
    'Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.11.0':
      'other | Thunderbird | 102.11.0 | Linux | - | 102.11.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.3.1':
      'other | Thunderbird | 128.3.1 | Windows | 10 | 128.3.1',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:60.0) Gecko/20100101 Thunderbird/60.9.0 Lightning/6.2.9':
      'other | Thunderbird | 60.9.0 | Mac OS | 10.15 | 60.9.0',
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.12026; Pro)':
      'other | Microsoft Outlook | 16.0.12026 | Windows | 10 | 16.0.12026',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)':
      'other | Microsoft Outlook | 16.0.4266 | Windows | 10 | 16.0.4266',
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)': 'other | ms-office | - | - | - | -',
    'MacOutlook/16.75.23070901 (Intelx64 Mac OS X Version 13.5 (Build 22G74))':
      'other | MacOutlook | 16.75.23070901 | Mac OS | 13.5 | 16.75.23070901',
    'Outlook-iOS/709.2189947.prod.iphone (3.24.0)':
      'mobile | Outlook-iOS | 709.2189947.prod.iphone | - | - | 709.2189947',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)':
      'browser | WebKit | 605.1.15 | Mac OS | 10.15.7 | 605.1.15',
    'Evolution/3.46.4': 'other | Evolution | 3.46.4 | - | - | 3.46.4',
  },
  'shells and languages': {
    'curl/7.29.0 (x86_64-redhat-linux-gnu) libcurl/7.29.0 NSS/3.53.1':
      'other | curl | 7.29.0 | Red Hat | - | 7.29.0',
    'Wget/1.21.2 (freebsd14.0)': 'other | Wget | 1.21.2 | FreeBSD | 14.0 | 1.21.2',
    'Wget/1.14 (LINUX)': 'other | Wget | 1.14 | Linux | - | 1.14',
    'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.2364':
      'other | WindowsPowerShell | 5.1.19041.2364 | Windows | 10 | 5.1.19041',
    'Mozilla/5.0 (Linux; Ubuntu 22.04.3 LTS; en-US) PowerShell/7.4.1':
      'other | PowerShell | 7.4.1 | Ubuntu | 22.04.3 | 7.4.1',
    'xh/0.20.1': 'other | xh | 0.20.1 | - | - | 0.20.1',
    undici: 'other | undici | - | - | - | -',
    'got (https://github.com/sindresorhus/got)': 'other | got | - | - | - | -',
    'node-superagent/3.8.3': 'other | node-superagent | 3.8.3 | - | - | 3.8.3',
    'axios/1.6.8': 'other | axios | 1.6.8 | - | - | 1.6.8',
    'okhttp/5.0.0-alpha.14': 'other | okhttp | 5.0.0-alpha.14 | - | - | 5.0.0',
    'Jakarta Commons-HttpClient/3.1': 'other | Commons-HttpClient | 3.1 | - | - | 3.1',
    'Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)':
      'other | WinHttp.WinHttpRequest.5 | - | Windows | - | -',
    'Faraday v2.7.4': 'other | Faraday | 2.7.4 | - | - | 2.7.4',
    'Deno/1.41.0': 'other | Deno | 1.41.0 | - | - | 1.41.0',
    'Bun/1.1.8': 'other | Bun | 1.1.8 | - | - | 1.1.8',
    'k6/0.49.0 (https://k6.io/)': 'other | k6 | 0.49.0 | - | - | 0.49.0',
    Zabbix: 'other | Zabbix | - | - | - | -',
  },
  'programs in brackets': {
    'Mozilla/5.0 (compatible; WOW64; en-US; Probe 2.4.1.7)':
      'other | Probe | 2.4.1.7 | - | - | 2.4.1',
    'Outlook-Android/2.0': 'other | Outlook-Android | 2.0 | Android | - | 2.0',
    'Mozilla/5.0 (Windows NT 10.0; ARM64; rv:128.0) Gecko/20100101 Firefox/128.0':
      'browser | Firefox | 128.0 | Windows | 10 | 128.0',
    'Mozilla/5.0 (Win64; x64) Foo/1.0': 'other | Foo | 1.0 | Windows | - | 1.0',
    'Mozilla/5.0 (compatible; UptimeMonitor/1.2; +https://uptime.example/)':
      'other | UptimeMonitor | 1.2 | - | - | 1.2',
    'Mozilla/5.0 (compatible; Pingdom.com_probe; http://www.pingdom.com/)':
      'other | Pingdom.com_probe | - | - | - | -',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)':
      'other | GPTBot | 1.2 | - | - | 1.2',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 (compatible; Google-Read-Aloud; +https://support.google.com/webmasters/answer/1061943)':
      'other | Google-Read-Aloud | - | Linux | - | -',
    'Mozilla/5.0 (compatible; SemrushBot; +http://www.semrush.com/bot.html)':
      'other | SemrushBot | - | - | - | -',
    'Mozilla/5.0 (compatible; Konqueror/4.5; FreeBSD) KHTML/4.5.4 (like Gecko)':
      'browser | Konqueror | 4.5 | FreeBSD | - | 4.5',
    'Mozilla/5.0 (X11; Linux x86_64; Statping/0.90)': 'other | Statping | 0.90 | Linux | - | 0.90',
  },
  'compatibility words, which are no name': {
    'Mozilla/5.0': 'other | - | - | - | - | -',
    Mozilla: 'other | - | - | - | - | -',
    'Mozilla/5.0 (X11; Linux x86_64; rv:1.9.2) Gecko/20100101': 'other | - | - | Linux | - | -',
    'Mozilla/5.0 (X11; Linux x86_64) KHTML/4.14 (like Gecko)': 'other | - | - | Linux | - | -',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Orion/1.2 Safari/605.1.15':
      'browser | Orion | 1.2 | Mac OS | 10.15.7 | 1.2',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Basecamp/4.1':
      'mobile | Basecamp | 4.1 | iOS | 17.4 | 4.1',
    x86_64: 'other | - | - | - | - | -',
    Linux: 'other | - | - | Linux | - | -',
  },
  'consoles and televisions': {
    'Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) NF/6.0.2.21.3 NintendoBrowser/5.1.0.22474':
      'console | NF | 6.0.2.21.3 | Nintendo | Switch | 6.0.2',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0.0.0':
      'console | Edge | 122.0.0.0 | Xbox | Series X | 122.0.0',
    'Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager':
      'smarttv | Chrome | 94.0.4606.128 | webOS | TV | 94.0.4606',
    'Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/5.0 NativeTVAds Safari/538.1':
      'smarttv | Safari | 5.0 | Tizen | 5.0 | 5.0',
    'Mozilla/5.0 (Linux; Android 9; AFTSSS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.5615.213 Safari/537.36':
      'smarttv | Chrome | 112.0.5615.213 | Android | 9 | 112.0.5615',
  },
};
