import { codeMail } from './code-mail';

const CODE = {
  code: '012345',
  seconds: 600,
  username: 'rod',
  workspace: 'Example Chat',
};

describe('code mail', () => {
  it('says what the code is for, how long it lasts and what to do, in text and HTML', () => {
    expect(codeMail(CODE)).toEqual({
      subject: 'Your authentication code',
      text: `Someone is trying to sign in or confirm an action as rod on Example Chat. If this is you, your code is:

    012345

It is valid for 10 minutes and works once. Don't share it.

If you did not request it, change your password.
`,
      html: `<!doctype html>
<p>Someone is trying to sign in or confirm an action as rod on Example Chat. If this is you, your code is:</p>
<p style="font-size: 30px; letter-spacing: 4px"><b>012345</b></p>
<p>It is valid for 10 minutes and works once. Don&#39;t share it.</p>
<p>If you did not request it, change your password.</p>
`,
    });
  });

  it.each([
    [1, '1 second'],
    [2, '2 seconds'],
    [119, '119 seconds'],
    [120, '2 minutes'],
    [179, '2 minutes'],
    [180, '3 minutes'],
    [3600, '60 minutes'],
  ])('rounds %d seconds down to %s', (seconds, words) => {
    const { text, html } = codeMail({ ...CODE, seconds });
    expect(text).toContain(`It is valid for ${words} and`);
    expect(html).toContain(`It is valid for ${words} and`);
  });

  it('leaves out a name that is not known', () => {
    expect(codeMail({ ...CODE, username: undefined }).text).toContain('as Example Chat.');
  });

  it('escapes names, which add neither lines nor mark-up', () => {
    const { subject, text, html } = codeMail({
      ...CODE,
      username: 'rod\r\n\u2028\u202e<a href="x">\'&',
      workspace: '<b>\u0000Chat</b>',
    });
    expect(subject).toBe('Your authentication code');
    expect(text).toContain(`as rod <a href="x">'& on <b> Chat</b>.`);
    expect(html).toContain(
      'as rod &#60;a href=&#34;x&#34;&#62;&#39;&#38; on &#60;b&#62; Chat&#60;/b&#62;.',
    );
  });
});
