import { Mail } from '../../mail/mail';

/** What a mail with a code says. */
export interface CodeMail {
  code: string;
  /** How long it lasts. */
  seconds: number;
  username: string | undefined;
  /** Whose mail it is, for people. Never what a request says of itself: anybody may send one. */
  workspace: string;
}

/**
 * The mail that brings a code. It has no link, so that nobody learns to follow one, and the code is not in the subject,
 * which locked screens show.
 */
export function codeMail({ code, seconds, username, workspace }: CodeMail): Mail {
  const whose = username ? `${oneLine(username)} on ${oneLine(workspace)}` : oneLine(workspace);
  const intro = `Somebody wants to sign in, or to confirm a step, as ${whose}. If it is you, this is your code:`;
  const once = `It lasts ${duration(seconds)} and works once. Give it to nobody.`;
  const warning = 'If you did not ask for it, change your password.';
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

/** In words, and never longer than it is. */
function duration(seconds: number): string {
  const [amount, unit] = seconds < 120 ? [seconds, 'second'] : [Math.floor(seconds / 60), 'minute'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** A name that brings lines of its own could say anything in the mail's voice. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
