/**
 * The guards every request and upgrade passes, in this order, before anything is done for it: duplicate headers, Host,
 * form of the target, forwarding headers, Origin, Sec-Fetch-Site. String equality only, on the raw headers: Node's
 * merged ones hide a second Host. Who is signed in is asked after that, on the matched route.
 */
import { TOKEN_HEADER } from '#contract/api.ts';
import { SIGNING_HEADERS } from '#contract/wire/signature.ts';
import type { Entrance } from './entrance.ts';
import { type Refusal, refusal } from './errors.ts';

/** What the gate knows of a request. */
export interface Head {
  /** By which it came in. */
  readonly entrance: Entrance;
  readonly method: string;
  readonly target: string;
  /** By lower-case name; '' where absent, since an empty header proves as little as none. */
  header(name: string): string;
}

/** Whom a route is for. */
export type Audience =
  /** The page itself: the one thing that other sites may link to, since it holds no data. */
  | 'shell'
  /** The page's assets, and whatever does not exist. */
  | 'asset'
  /** Called by the page's own scripts. */
  | 'api'
  /** Sent by the browser itself, about the page. */
  | 'report';

const HEADERS_MAX = 64;

const SINGLE_HEADERS = new Set([
  'host',
  'origin',
  'cookie',
  'content-type',
  'content-length',
  'transfer-encoding',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  TOKEN_HEADER,
  ...Object.values(SIGNING_HEADERS),
]);

/** Nothing stands between the browser and us, so whoever says so lies. */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
];

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** What Node has of a request: `rawHeaders` is name, value, name, value. */
export interface RawHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
}

export function readHead(
  { method = '', url: target = '', rawHeaders }: RawHead,
  entrance: Entrance,
): Head | Refusal {
  if (rawHeaders.length / 2 > HEADERS_MAX) return refusal('TOO_LARGE', 'There are too many headers.', 431);
  const headers = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (headers.has(name) && SINGLE_HEADERS.has(name)) return refusal('BAD_REQUEST');
    headers.set(name, rawHeaders[i + 1] ?? '');
  }
  return { entrance, method, target, header: (name) => headers.get(name) ?? '' };
}

export const isRefusal = (value: Head | Refusal): value is Refusal => 'code' in value;

/** Printable ASCII in origin form ("/path?query"), without a fragment or a backslash. */
function isPlainTarget(target: string): boolean {
  if (target[0] !== '/') return false;
  for (let i = 0; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x23 || code === 0x5c) return false;
  }
  return true;
}

export function checkDoor(head: Head): Refusal | undefined {
  const { hosts, scheme } = head.entrance;
  if (!hosts.has(head.header('host'))) {
    return refusal('FOREIGN_HOST', `Perpdeck answers only at ${scheme}://${[...hosts].join(', ')}.`);
  }
  if (!isPlainTarget(head.target)) return refusal('BAD_REQUEST');
  if (FORWARDING_HEADERS.some((name) => head.header(name) !== '')) return refusal('BAD_REQUEST');
  return undefined;
}

/** The page's own; after `checkDoor`. */
export const originOf = (head: Head): string => `${head.entrance.scheme}://${head.header('host')}`;

/** Call after `checkDoor`: the Host is known to be ours. An upgrade counts as a method that changes something. */
export function checkOrigin(
  head: Head,
  { audience, isUpgrade = false }: { audience: Audience; isUpgrade?: boolean },
): Refusal | undefined {
  const origin = head.header('origin');
  const site = head.header('sec-fetch-site');
  // Under our `no-referrer` policy the browser hides the origin of its own reports, and only of those.
  const isReport = audience === 'report' && origin === 'null' && site === 'same-origin';
  if (origin !== '' && origin !== originOf(head) && !isReport) {
    return refusal('FOREIGN_ORIGIN');
  }
  if (origin === '' && (isUpgrade || !SAFE_METHODS.has(head.method))) return refusal('FOREIGN_ORIGIN');
  return isWelcome(head, audience, site) ? undefined : refusal('FOREIGN_ORIGIN');
}

function isWelcome(head: Head, audience: Audience, site: string): boolean {
  const mode = head.header('sec-fetch-mode');
  switch (audience) {
    case 'api':
      return site === '' || (site === 'same-origin' && mode !== 'no-cors' && mode !== 'navigate');
    case 'report':
      return site === '' || site === 'same-origin';
    case 'asset':
      return site === '' || site === 'none' || site === 'same-origin';
    case 'shell':
      return site === '' || site === 'none' || site === 'same-origin' || isNavigation(head, site, mode);
  }
}

/** A link from anywhere, the sign-in file included: a whole page in its own tab, never a frame. */
function isNavigation(head: Head, site: string, mode: string): boolean {
  return (
    (site === 'cross-site' || site === 'same-site') &&
    head.method === 'GET' &&
    mode === 'navigate' &&
    head.header('sec-fetch-dest') === 'document'
  );
}

/** An old browser sends no Sec-Fetch-Site: then the Origin alone has to prove where the request comes from. */
export const isOriginProven = (head: Head): boolean =>
  head.header('sec-fetch-site') === 'same-origin' || head.header('origin') !== '';

/** undefined: none. A refusal: two of them, of which one may have been planted. */
export function readCookie(head: Head): string | undefined | Refusal {
  const name = head.entrance.cookieName;
  const found = head
    .header('cookie')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  if (found.length > 1) return refusal('BAD_REQUEST');
  return found[0]?.slice(name.length + 1);
}

/** Of the session that a request brings along. */
export function cookieOf(head: Head | undefined): string | undefined {
  if (head === undefined) return undefined;
  const cookie = readCookie(head);
  return typeof cookie === 'object' ? undefined : cookie;
}

/** As it is set: for this host alone, out of reach of scripts and of other sites' requests, and with TLS never without. */
export function sessionCookie({ entrance }: Head, value: string): string {
  const isSecure = entrance.scheme === 'https' ? '; Secure' : '';
  return `${entrance.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure}`;
}
