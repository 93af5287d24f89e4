/** What the page may not do and may not be made to do, tried from inside a real browser. Ids of the security notes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './deck.ts';

/** Tries one thing in the page; answers how it was prevented, or 'done'. */
type Attempt = readonly [what: string, code: string];

const ATTEMPTS: readonly Attempt[] = [
  [
    'an inline script',
    `const s = document.createElement('script'); s.textContent = 'window.done = 1'; document.head.append(s); return window.done ? 'done' : 'blocked';`,
  ],
  [
    'eval',
    `return new Promise((r) => setTimeout(() => { try { r(eval('"done"')); } catch { r('blocked'); } }, 0));`,
  ],
  ['text as HTML', `document.createElement('div').innerHTML = '<b>x</b>'; return 'done';`],
  ['a question to another site', `return fetch('https://evil.example/').then(() => 'done');`],
  ['a question to another port', `return fetch('http://127.0.0.1:9/').then(() => 'done');`],
  [
    'a socket to another port',
    `return new Promise((r) => { const w = new WebSocket('ws://127.0.0.1:9/'); w.onopen = () => r('done'); w.onerror = () => r('blocked'); });`,
  ],
  [
    'another base',
    `const b = document.createElement('base'); b.href = 'https://evil.example/'; document.head.append(b); return new URL('x', document.baseURI).host === 'evil.example' ? 'done' : 'blocked';`,
  ],
  [
    'a frame',
    `return new Promise((r) => { const f = document.createElement('iframe'); f.src = 'https://evil.example/'; document.body.append(f); setTimeout(() => r(f.contentWindow.length === 0 ? 'blocked' : 'done'), 50); });`,
  ],
];

test('[X2] nothing foreign runs in the page or leaves it', async ({ page, deck }) => {
  await page.goto(deck.link);
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      document.documentElement.dataset.violations = `${document.documentElement.dataset.violations ?? ''} ${effectiveDirective}`;
    });
  });
  for (const [what, code] of ATTEMPTS) {
    // What a tool evaluates may itself use eval; what the page's own timers run afterwards may not.
    const outcome = await page
      .evaluate(`(async () => { try { ${code} } catch { return 'blocked'; } })()`)
      .catch(() => 'blocked');
    expect([what, outcome]).toEqual([what, 'blocked']);
  }
  const violated = await page.evaluate(() => document.documentElement.dataset.violations ?? '');
  for (const directive of ['connect-src', 'base-uri', 'frame-src', 'require-trusted-types-for']) {
    expect(violated).toContain(directive);
  }
});

test('[X4] [X5] [X6] it has no service worker, fits in no frame, and no opener can reach it', async ({
  page,
  deck,
}) => {
  const strangers = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      request.url === '/frame'
        ? `<!doctype html><iframe id="f" src="${deck.url}/"></iframe>`
        : `<!doctype html><a href="${deck.url}/" target="_blank" rel="opener">go</a>`,
    );
  });
  await new Promise<void>((resolve) => strangers.listen(0, '127.0.0.1', resolve));
  const evil = `http://127.0.0.1:${(strangers.address() as AddressInfo).port}`;
  await page.goto(`${evil}/frame`);
  const frame = page.frames().find((one) => one !== page.mainFrame());
  expect((await frame?.content()) ?? '').not.toContain('id="root"');

  await page.goto(`${evil}/`);
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByText('go').click()]);
  await opened.waitForLoadState();
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
  expect(await opened.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(
    0,
  );
  strangers.close();
});
