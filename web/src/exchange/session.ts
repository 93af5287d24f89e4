/**
 * Who is at this page. A one-time link brings a token in the URL's fragment; the proxy trades it for a cookie and a
 * header token, which every tab of this origin shares through local storage. The link leaves the address at once.
 */
import { createStore } from 'zustand/vanilla';
import type { Result } from '#contract/result.ts';
import type { SessionOpened } from '#contract/sign-in.ts';
import { connectionStore, startConnection, stopConnection } from './connection.ts';
import { linkToken } from './link-token.ts';
import { type Fault, proxyRequest, setHeaderToken } from './rest.ts';

export type Session =
  | { readonly at: 'opening' }
  | { readonly at: 'signed-in' }
  | { readonly at: 'signed-out'; readonly why: SignedOutWhy }
  /** Perpdeck itself does not answer; asked again until it does. */
  | { readonly at: 'unreachable' };

/**
 * 'no-link': never signed in here. 'link-refused': the link was used before, or is too old. 'second-factor': it is right
 * and not enough from another machine.
 */
export type SignedOutWhy = 'no-link' | 'link-refused' | 'ended' | 'second-factor';

export const sessionStore = createStore<Session>(() => ({ at: 'opening' }));

const TOKEN_KEY = 'perpdeck.token';
const RETRY_MS = 2_000;

/** Reads the link's token and erases it from the address and the history before anything else can see it. */
function takeLinkToken(): string | undefined {
  const token = linkToken(location.hash);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return token;
}

const keptToken = (): string | undefined => localStorage.getItem(TOKEN_KEY) ?? undefined;

/** Of a link that waits for the passphrase beside it. */
let waitingLink: string | undefined;

export const waitingLinkToken = (): string | undefined => waitingLink;

/** The header token in use, while signed in. */
let usedToken: string | undefined;

function enter(headerToken: string): void {
  usedToken = headerToken;
  setHeaderToken(headerToken);
  startConnection(headerToken);
  sessionStore.setState({ at: 'signed-in' }, true);
}

function leave(why: SignedOutWhy): void {
  // Another tab may have signed in again meanwhile: its token is everyone's.
  const kept = keptToken();
  if (why === 'ended' && kept !== undefined && kept !== usedToken) {
    enter(kept);
    return;
  }
  usedToken = undefined;
  localStorage.removeItem(TOKEN_KEY);
  setHeaderToken(undefined);
  stopConnection();
  sessionStore.setState({ at: 'signed-out', why }, true);
}

const readOpened = (body: unknown): SessionOpened => {
  const { headerToken } = body as Partial<SessionOpened>;
  if (typeof headerToken !== 'string') throw new Error('no header token');
  return { headerToken };
};

/** Nobody said no: the question just got no answer. */
const isUnanswered = (fault: Fault): boolean => fault.kind === 'network' || fault.kind === 'unknown-outcome';

function waitForPerpdeck(again: () => void): void {
  sessionStore.setState({ at: 'unreachable' }, true);
  setTimeout(again, RETRY_MS);
}

/** A session that was opened by something else than a link. */
export function enterOpened({ headerToken }: SessionOpened): void {
  localStorage.setItem(TOKEN_KEY, headerToken);
  enter(headerToken);
}

async function enterWithLink(token: string): Promise<void> {
  const opened: Result<SessionOpened, Fault> = await proxyRequest(
    'POST',
    '/api/session',
    { body: { token } },
    readOpened,
  );
  if (opened.ok) {
    return enterOpened(opened.value);
  }
  if (isUnanswered(opened.problem)) return waitForPerpdeck(() => void enterWithLink(token));
  if (opened.problem.kind === 'proxy' && opened.problem.code === 'SECOND_FACTOR') {
    waitingLink = token;
    return leave('second-factor');
  }
  // A link opened for the second time in the same browser: the session it made may well be alive.
  return enterWithKept('link-refused');
}

async function enterWithKept(elseWhy: SignedOutWhy): Promise<void> {
  const token = keptToken();
  if (token === undefined) return leave(elseWhy);
  setHeaderToken(token);
  const known = await proxyRequest('GET', '/api/session', {}, () => undefined);
  if (known.ok) return enter(token);
  if (isUnanswered(known.problem)) return waitForPerpdeck(() => void enterWithKept(elseWhy));
  leave(elseWhy === 'link-refused' ? elseWhy : 'ended');
}

function begin(): void {
  const token = takeLinkToken();
  void (token === undefined ? enterWithKept('no-link') : enterWithLink(token));
}

/** Signs in with the link or the session of before, and follows what becomes of it. Runs once, when the page starts. */
export function startSession(): void {
  // A link pasted into an open page changes the fragment alone: nothing is loaded anew.
  window.addEventListener('hashchange', () => {
    const token = takeLinkToken();
    if (token !== undefined) void enterWithLink(token);
  });
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key !== TOKEN_KEY || newValue === usedToken) return;
    if (newValue === null) leave('ended');
    else enter(newValue);
  });
  connectionStore.subscribe(({ socket }) => {
    if (sessionStore.getState().at !== 'signed-in') return;
    if (socket.state === 'signed-out') leave('ended');
    // A lost socket does not say why: it may be the session that is gone, or Perpdeck restarted without it.
    if (socket.state === 'closed') void leaveIfEnded();
  });
  begin();
}

async function leaveIfEnded(): Promise<void> {
  const known = await proxyRequest('GET', '/api/session', {}, () => undefined);
  if (!known.ok && known.problem.kind === 'proxy' && known.problem.code === 'NOT_SIGNED_IN') leave('ended');
}

export async function signOut(): Promise<void> {
  await proxyRequest('DELETE', '/api/session', {}, () => undefined);
  leave('ended');
}
