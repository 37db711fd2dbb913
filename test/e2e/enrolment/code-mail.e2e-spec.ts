import { EmailScene, PASSWORD } from '../../support/email-scene';
import { detailsOf } from '../../support/expectations';

const OK = { status: 200 };

describe('mails sent by challenges', () => {
  it('sends ten unused codes in fifteen minutes and then answers 429', async () => {
    const scene = await EmailScene.start({ TWO_FACTOR_EMAIL_EXPIRATION_SECONDS: '30' });
    const user = await scene.person();
    for (let i = 0; i < 10; i++) {
      expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
      scene.app.clock.advance({ seconds: 30 });
    }
    const limited = await scene.show(user);
    expect(limited).toMatchObject({
      status: 429,
      text: '{"success":false,"error":"Error, too many requests. Please slow down. You must wait 600 seconds before trying this endpoint again. [error-too-many-requests]"}',
    });
    expect(limited.headers['retry-after']).toBe('600');
    expect((await scene.stored(user))?.expire).toEqual(scene.app.clock.now());
    expect(scene.mailbox.mails).toHaveLength(10);
    scene.app.clock.advance({ seconds: 600 });
    expect(detailsOf(await scene.show(user))).toMatchObject({ codeGenerated: true });
    await scene.app.close();
  });

  it('sends without limit to a user who uses the codes', async () => {
    const scene = await EmailScene.start();
    const user = await scene.person();
    for (let i = 0; i < 12; i++) {
      await scene.show(user);
      expect(await scene.show(user, scene.mailbox.latest.code)).toMatchObject(OK);
    }
    await scene.app.close();
  });
});

describe('mail with a code', () => {
  it('says what the code is for in text and HTML, and contains no link', async () => {
    const scene = await EmailScene.start({ MAIL_FROM: 'Example Chat <chat@example.com>' });
    const user = await scene.person({ fields: { username: 'rod' } });
    await scene.show(user);
    const { code, headers, text, html, to } = scene.mailbox.latest;
    expect(to).toEqual([`${user.id}@example.com`]);
    expect(headers).toMatch(/^From: Example Chat <chat@example\.com>\r$/m);
    expect(headers).toContain(`To: ${user.id}@example.com\r\n`);
    expect(headers).toMatch(/^Subject: Your authentication code\r$/m);
    expect(headers).not.toContain(code);
    expect(text).toBe(
      [
        'Someone is trying to sign in or confirm an action as rod on Example Chat. If this is you, your code is:',
        '',
        `    ${code}`,
        '',
        "It is valid for 10 minutes and works once. Don't share it.",
        '',
        'If you did not request it, change your password.',
      ].join('\n'),
    );
    for (const said of [
      code,
      'rod on Example Chat',
      'It is valid for 10 minutes',
      'change your password',
    ])
      expect(html).toContain(said);
    expect(text + html).not.toMatch(/https?:|href|src=/);
    await scene.app.close();
  });

  it('escapes hostile names, which add no header, line or mark-up', async () => {
    const scene = await EmailScene.start();
    const username = 'rod\r\nBcc: all@example.com\r\n\r\n<b onload="x">&\u2028now';
    const user = await scene.person({ fields: { username } });
    await scene.show(user);
    const { headers, text, html, to } = scene.mailbox.latest;
    expect(to).toEqual([`${user.id}@example.com`]);
    expect(headers).not.toMatch(/^bcc:/im);
    expect(text).toContain('as rod Bcc: all@example.com <b onload="x">& now on localhost.');
    expect(html).toContain('&#60;b onload=&#34;x&#34;&#62;&#38; now');
    await scene.app.close();
  });

  it.each([
    'one@example.com, two@example.com',
    'one@example.com\r\nBcc: two@example.com',
    'Two <two@example.com>',
  ])('reaches no second recipient when an address is %j', async (address) => {
    const scene = await EmailScene.start();
    const user = await scene.person({ fields: { emails: [{ address, verified: true }] } });
    await scene.show(user);
    for (const { to } of scene.mailbox.mails) {
      expect(to).toHaveLength(1);
      expect(to).not.toContain('two@example.com');
    }
    await scene.app.close();
  });
});

describe('secrecy of a code by e-mail', () => {
  it('appears in no answer, log or document', async () => {
    const scene = await EmailScene.start();
    const user = await scene.person();
    const answers = [
      await scene.show(user),
      await scene.show(user),
      await scene.app.login({ user: `user-${user.id}`, password: PASSWORD }),
    ];
    const { code } = scene.mailbox.latest;
    answers.push(await scene.show(user, code === '000000' ? '000001' : '000000'));
    answers.push(await scene.show(user, code), await scene.show(user, code));
    const { db } = scene.app.workspace;
    const everything = await Promise.all(
      (await db.listCollections().toArray()).map(({ name }) =>
        db.collection(name).find().toArray(),
      ),
    );
    const seen = JSON.stringify([answers, scene.app.log.lines, everything]);
    // Whole numbers only, because an id or a time may contain the same six digits by chance.
    expect(seen).not.toMatch(new RegExp(`\\b${code}\\b`));
    expect(seen).not.toContain(scene.mailbox.url);
    await scene.app.close();
  });
});
