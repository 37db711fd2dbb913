import { Mail } from '../../mail/mail';

export interface CodeMail {
  code: string;
  seconds: number;
  username: string | undefined;
  /** The name of the workspace. Never taken from the request: a client may send any text. */
  workspace: string;
}

/** No link, so that users do not learn to follow one; no code in the subject, which lock screens show. */
export function codeMail({ code, seconds, username, workspace }: CodeMail): Mail {
  const whose = username ? `${oneLine(username)} on ${oneLine(workspace)}` : oneLine(workspace);
  const intro = `Someone is trying to sign in or confirm an action as ${whose}. If this is you, your code is:`;
  const once = `It is valid for ${duration(seconds)} and works once. Don't share it.`;
  const warning = 'If you did not request it, change your password.';
  return {
    subject: 'Your authentication code',
    text: `${intro}\n\n    ${code}\n\n${once}\n\n${warning}\n`,
    html: [
      '<!doctype html>',
      `<p>${escapeHtml(intro)}</p>`,
      `<p style="font-size: 30px; letter-spacing: 4px"><b>${code}</b></p>`,
      `<p>${escapeHtml(once)}</p>`,
      `<p>${escapeHtml(warning)}</p>`,
      '',
    ].join('\n'),
  };
}

function duration(seconds: number): string {
  const [amount, unit] = seconds < 120 ? [seconds, 'second'] : [Math.floor(seconds / 60), 'minute'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** Keeps a name with line breaks from adding lines of its own to the mail. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
