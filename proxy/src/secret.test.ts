import { createHmac } from 'node:crypto';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog, createScrubber } from './log.ts';
import { createSecret } from './secret.ts';
import { createSigner } from './sign.ts';

const TEXT = 'canary-Zm9vYmFy/+=0123456789';

describe('a secret', () => {
  const secret = createSecret(TEXT);

  it('signs', () => {
    expect(secret.hmacSha256Hex('/g-orders1700000000')).toBe(
      createHmac('sha256', TEXT).update('/g-orders1700000000').digest('hex'),
    );
  });

  it('shows itself in no way of printing, alone or inside something', () => {
    const config = { api: { secret }, list: [secret] };
    const log: string[] = [];
    createLog({ write: (line) => log.push(line) }).info({ config, other: secret, deep: [[{ s: secret }]] });
    const prints = [
      String(secret),
      `${secret}`,
      JSON.stringify(config),
      inspect(config, { depth: 10, showHidden: true }),
      format('%s %o %j', secret, secret, secret),
      JSON.stringify(Object.entries(secret)),
      JSON.stringify(structuredCloneOrNothing(secret)),
      ...log,
    ];
    for (const form of [TEXT, Buffer.from(TEXT).toString('base64'), Buffer.from(TEXT).toString('hex')]) {
      expect(prints.join('\n')).not.toContain(form);
    }
  });

  it('belongs to a signer that shows nothing either', () => {
    const signer = createSigner('canary-key', secret);
    expect(inspect(signer, { depth: 10, showHidden: true }) + JSON.stringify(signer)).not.toMatch(/canary/);
  });
});

function structuredCloneOrNothing(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

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
