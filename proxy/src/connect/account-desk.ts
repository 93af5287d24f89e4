/**
 * The accounts as the proxy knows them: which are kept, which are unlocked, and which one signs. Secrets and
 * passphrases pass through unread, sealed to the signer. What is chosen here becomes true once the proxy has moved.
 */
import type { AccountAnswer, AccountSummary, AccountsView } from '#contract/accounts.ts';
import type { KeyState } from '#contract/status.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { createFailureWindow } from '../sign-in/failure-window.ts';
import { type Hidden, type KeptAccount, SignerError, vaultAccount } from '../signer/protocol.ts';
import type { SignerProcess } from '../signer/signer-process.ts';
import type { Time } from '../time.ts';
import { createTurn } from '../vault/turn.ts';
import { type ConnectRequest, connectAccount } from './connect.ts';

/** What the proxy is to be on. */
export interface Selection {
  readonly environment: Environment;
  readonly key: KeyState;
  /** The signer's name for the key, and its public half; absent with the key. */
  readonly signing?: { readonly account: string; readonly apiKey: string };
}

export interface AccountRef {
  readonly environment: Environment;
  readonly name: string;
}

export interface AccountDeskNeeds {
  readonly signer: Pick<SignerProcess, 'ask' | 'sealTo'>;
  readonly time: Time;
  readonly userAgent: string;
  /** Origin of the exchange of an environment that keys are kept for; undefined: it needs none. */
  hostOf(environment: Environment): string | undefined;
  readonly environments: readonly Environment[];
  /** Of keys that were not kept but given at the start, by environment. */
  given(environment: Environment): Selection['signing'] | undefined;
  /** An API key the log should never show. */
  conceal(apiKey: string): void;
}

/** Said when nobody may guess for a while. */
export class TooManyGuessesError extends Error {
  override readonly name = 'TooManyGuessesError';
  readonly retryAfterSec: number;
  constructor(retryAfterSec: number) {
    super('Too many wrong passphrases: wait a minute.');
    this.retryAfterSec = retryAfterSec;
  }
}

export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
}

/** @throws SignerError where it cannot be done, from all of these. */
export interface AccountDesk {
  selection(): Selection;
  view(): Promise<AccountsView>;
  connect(ref: AccountRef, key: Hidden, passphrase: Hidden): Promise<AccountAnswer>;
  unlock(ref: AccountRef, passphrase: Hidden): Promise<AccountAnswer>;
  /** Whether the passphrase is right, of an account that is open; nothing changes by it. */
  prove(ref: AccountRef, passphrase: Hidden): Promise<void>;
  /** Without a name: the environment, with whatever key it has. */
  use(environment: Environment, name: string | undefined): Promise<AccountAnswer>;
  lock(): Promise<AccountAnswer>;
  changePassphrase(ref: AccountRef, passphrases: Hidden): Promise<AccountAnswer>;
  disconnect(ref: AccountRef): Promise<AccountAnswer>;
  /** The signer has lost its keys: whatever was unlocked is locked. */
  forgetOpen(): Promise<void>;
}

function refAt({ environment, name }: AccountRef, host: string | undefined) {
  if (host === undefined) throw new SignerError('MALFORMED', 'No key is kept for this environment.');
  return { environment, name, host };
}

/** What is kept is locked; a key that was given at the start is in no vault, and stays. */
function lockedWords({ key }: Selection, host: string | undefined): string {
  if (key.state !== 'given') return 'The keys are locked.';
  return host === undefined
    ? 'The keys are locked. The paper account goes on: it is play money, and its key is Perpdeck’s own.'
    : 'The kept keys are locked, but the key from the environment variables STAYS IN USE: stop Perpdeck to end that.';
}

const withKey = ({ environment, name }: AccountRef, apiKey: string): Selection => ({
  environment,
  key: { state: 'open', account: name },
  signing: { account: vaultAccount({ environment, name }), apiKey },
});

/** With the key that was given, or none that is open. */
async function selectionWithoutKey(
  environment: Environment,
  { signer, given, hostOf }: AccountDeskNeeds,
): Promise<Selection> {
  const signing = given(environment);
  if (signing !== undefined) return { environment, key: { state: 'given' }, signing };
  const kept = await signer.ask('accounts', {});
  const isKept = kept.some((one) => one.environment === environment && one.host === hostOf(environment));
  return { environment, key: { state: isKept ? 'locked' : 'none' } };
}

export function createAccountDesk(needs: AccountDeskNeeds, first: Environment): AccountDesk {
  const { signer, time, hostOf, environments } = needs;
  const guess = createGuesser(time);
  const openings = createOpenings();
  /** API keys of what is unlocked, by the signer's name for it. */
  const open = new Map<string, string>();
  const unlock = createUnlocking(needs, { openings, guess, isOpen: (account) => open.has(account) });
  const tryKey = createTrying(needs, openings);
  let current: Selection = { environment: first, key: { state: 'none' } };

  const refTo = (ref: AccountRef) => refAt(ref, hostOf(ref.environment));
  const withoutKey = (environment: Environment) => selectionWithoutKey(environment, needs);
  const select = (next: Selection, message: string): AccountAnswer => {
    const changes = JSON.stringify(next) !== JSON.stringify(current);
    current = next;
    return { message, changes };
  };
  const opened = (ref: AccountRef, apiKey: string, message: string): AccountAnswer => {
    open.set(vaultAccount(ref), apiKey);
    needs.conceal(apiKey);
    return select(withKey(ref, apiKey), message);
  };
  const summaryOf = ({ environment, name, host, keyEnding }: KeptAccount): AccountSummary => {
    const id = vaultAccount({ environment, name });
    const lockState = open.has(id) ? (current.signing?.account === id ? 'in-use' : 'open') : 'locked';
    const state = host === undefined ? 'damaged' : host === hostOf(environment) ? lockState : 'other-host';
    return { environment, name, ...(keyEnding === undefined ? {} : { keyEnding }), state };
  };

  return {
    selection: () => current,
    async view() {
      const accounts = await signer.ask('accounts', {});
      return {
        sealTo: Buffer.from(signer.sealTo).toString('base64url'),
        environment: current.environment,
        environments,
        connectable: environments.filter((one) => hostOf(one) !== undefined),
        accounts: accounts.map(summaryOf),
      };
    },
    async connect(ref, key, passphrase) {
      const { apiKey, message } = await tryKey({ ...refTo(ref), key, passphrase });
      return opened(ref, apiKey, message);
    },
    async unlock(ref, passphrase) {
      const apiKey = await unlock(ref, passphrase);
      return opened(ref, apiKey, `The ${ref.environment} account “${ref.name}” is unlocked.`);
    },
    async prove(ref, passphrase) {
      await unlock(ref, passphrase);
    },
    async use(environment, name) {
      if (!environments.includes(environment))
        throw new SignerError('MALFORMED', 'There is no such environment.');
      if (name === undefined) return select(await withoutKey(environment), `Perpdeck is on ${environment}.`);
      const apiKey = open.get(vaultAccount({ environment, name }));
      if (apiKey === undefined)
        throw new SignerError('NO_SUCH_KEY', 'The account is locked: unlock it first.');
      return select(
        withKey({ environment, name }, apiKey),
        `The ${environment} account “${name}” is in use.`,
      );
    },
    async lock() {
      openings.callOffAll();
      for (const account of open.keys()) if (open.delete(account)) await signer.ask('drop', { account });
      const next = current.key.state === 'open' ? await withoutKey(current.environment) : current;
      return select(next, lockedWords(next, hostOf(next.environment)));
    },
    async changePassphrase(ref, passphrases) {
      await guess(() => signer.ask('changePassphrase', { ref: refTo(ref), passphrases }));
      return { message: 'The passphrase was changed.', changes: false };
    },
    async disconnect(ref) {
      openings.callOff(vaultAccount(ref));
      await signer.ask('erase', { ref });
      open.delete(vaultAccount(ref));
      const wasInUse = current.signing?.account === vaultAccount(ref);
      const message = `The ${ref.environment} account “${ref.name}” is disconnected. Delete the key on the exchange too if you do not need it.`;
      return select(wasInUse ? await withoutKey(ref.environment) : current, message);
    },
    async forgetOpen() {
      open.clear();
      select(await withoutKey(current.environment), '');
    },
  };
}

/** One key after another: the signer holds one that is tried, and of two at once it would keep one under the other's name. */
function createTrying({ signer, userAgent, time }: AccountDeskNeeds, openings: Openings) {
  const inTurn = createTurn();
  /** @throws SignerError, NotConnectedError */
  return async (request: ConnectRequest) => {
    const needs = {
      ask: signer.ask,
      userAgent,
      nowMs: time.nowMs,
      isWanted: openings.begin(vaultAccount(request)),
    };
    const outcome = await inTurn(() => connectAccount(request, needs));
    if (!outcome.ok) throw new NotConnectedError(outcome.message);
    return outcome;
  };
}

/** What is to open an account. What takes its key away calls it off: what began before that must not leave it open. */
interface Openings {
  /** Answers whether it is wanted still. */
  begin(account: string): () => boolean;
  callOff(account: string): void;
  callOffAll(): void;
}

function createOpenings(): Openings {
  const underWay = new Map<string, object>();
  return {
    begin(account) {
      const mark = underWay.get(account) ?? {};
      underWay.set(account, mark);
      return () => underWay.get(account) === mark;
    },
    callOff: (account) => void underWay.delete(account),
    callOffAll: () => underWay.clear(),
  };
}

interface UnlockingNeeds {
  readonly openings: Openings;
  readonly guess: ReturnType<typeof createGuesser>;
  isOpen(account: string): boolean;
}

function createUnlocking({ signer, hostOf }: AccountDeskNeeds, { openings, guess, isOpen }: UnlockingNeeds) {
  /** Answers its API key. @throws SignerError, TooManyGuessesError */
  return async (ref: AccountRef, passphrase: Hidden): Promise<string> => {
    const account = vaultAccount(ref);
    const isWanted = openings.begin(account);
    const vaultRef = refAt(ref, hostOf(ref.environment));
    const { apiKey } = await guess(() => signer.ask('unlock', { ref: vaultRef, passphrase }));
    if (isWanted()) return apiKey;
    // Open by now, or still: it was not taken away after all, and may be the one in use.
    if (!isOpen(account)) await signer.ask('drop', { account });
    throw new SignerError('NO_SUCH_KEY', 'The account was locked or disconnected meanwhile, and stays so.');
  };
}

/** Counts wrong passphrases. @throws TooManyGuessesError */
function createGuesser(time: Time) {
  const guesses = createFailureWindow(time);
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const closedForSec = guesses.closedForSec();
    if (closedForSec !== undefined) throw new TooManyGuessesError(closedForSec);
    try {
      return await work();
    } catch (error) {
      if (error instanceof SignerError && error.code === 'WRONG_PASSPHRASE') guesses.failed();
      throw error;
    }
  };
}
