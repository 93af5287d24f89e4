import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLog, createScrubber } from './log.ts';

const TEXT = 'canary-Zm9vYmFy/+=0123456789';

describe('the log', () => {
  const lines: string[] = [];
  const scrub = createScrubber([TEXT]);
  const log = createLog({ write: (line) => lines.push(scrub(line)) });

  it('takes a known secret out in every form it may turn up in', () => {
    const bytes = Buffer.from(TEXT);
    const forms = [
      TEXT,
      encodeURIComponent(TEXT),
      ...(['base64', 'base64url', 'hex'] as const).map((e) => bytes.toString(e)),
    ];
    for (const form of forms) log.info({ note: `before ${form} after` }, form);
    for (const form of forms) expect(lines.join('')).not.toContain(form);
    expect(lines.join('')).toContain('before [secret] after');
  });

  it('takes out tokens and signatures by their look, and named fields whatever they hold', () => {
    const token = Buffer.alloc(32, 7).toString('base64url');
    const signature = createHmac('sha256', 'x').update('y').digest('hex');
    log.warn(
      {
        url: `/?t=${token}`,
        headers: { cookie: 'a=b' },
        req: { headers: { authorization: 'c' } },
        token: 'short',
      },
      signature,
    );
    const line = lines.at(-1) ?? '';
    for (const leak of [token, signature, 'a=b', '"c"', 'short']) expect(line).not.toContain(leak);
  });

  it('[G3] writes one line per event, whatever is in it', () => {
    log.info({ symbol: 'BTC\r\nX: y\u001b[31m' }, 'a\nb');
    const line = lines.at(-1)?.slice(0, -1) ?? '';
    for (const control of ['\r', '\n', '\u001b']) expect(line).not.toContain(control);
  });
});
