/**
 * The signer's whole work, apart from its process: holds keys, checks what it is asked to sign against its own table
 * and caps, builds the signed text itself. No third-party code may be imported here (a test holds it).
 */
import { EXCHANGE_ROUTES, type ExchangeRoute } from '#contract/routes.ts';
import { MUTATION_PARAMETERS } from '#contract/wire/mutation-parameters.ts';
import { exposureOf } from '#contract/wire/order-exposure.ts';
import { SIGNING_HEADERS, signatureText, socketSignatureText } from '#contract/wire/signature.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { type Caps, type CapsKeeper, createCapsKeeper } from './caps.ts';
import { createSigningKey, type SigningKey } from './key.ts';
import {
  type AskSigner,
  PROPOSED,
  type SignerCall,
  type SignerCalls,
  type SignerCommand,
  SignerError,
  type SigningOrder,
} from './protocol.ts';
import { createSealedBox } from './sealed-box.ts';
import { createVaultDesk } from './vault-desk.ts';

/** Everything that may ever be signed. */
const SIGNED_ROUTES: ReadonlyMap<string, ExchangeRoute> = new Map(
  EXCHANGE_ROUTES.filter(({ kind }) => kind !== 'public').map((route) => [
    `${route.method} ${route.path}`,
    route,
  ]),
);
/**
 * The signed text has no mark between path and query, nor a method: what could be read as the end of a path, or as a
 * body, must not stand in a query.
 */
const QUERY = /^$|^[A-Za-z]\w{0,39}=[\w.~%+,:*-]*(?:&[A-Za-z]\w{0,39}=[\w.~%+,:*-]*)*$/;
/**
 * Nor one between query and expiry: digits of a query could be the expiry, and hold for ages. So the product, without which
 * no change means anything, comes last, and is no number.
 */
const ENDS_IN_SYMBOL = /(?:^|&)symbol=(?!\w*\d{10})[A-Za-z0-9]*[A-Za-z]$/;
const TEXT_MAX = 16 * 1024;
/**
 * A signature is no stock to be laid in: what is asked for lies in the near future of any clock we may meet. But for
 * that of a paper exchange, whose days may pass in minutes.
 */
const EXPIRY_AHEAD_MAX_SEC = 3_700;
const TOO_FAR_AHEAD =
  'The exchange’s clock is more than an hour ahead of this machine’s: set this machine’s clock. Nothing was signed.';
/** It becomes a header. */
const API_KEY = /^[\x21-\x7e]{1,256}$/;
const KEYS_MAX = 32;

export interface SigningDeskNeeds {
  readonly caps: Caps;
  /** Of keys for real money; where absent, the same. */
  readonly mainnetCaps?: Caps;
  /** undefined: this signer has no vault. */
  readonly vaultFolder?: string | undefined;
  nowMs(): number;
}

export interface SigningDesk {
  /** The public key to seal to. */
  readonly sealTo: Uint8Array;
  /** @throws SignerError */
  handle(command: SignerCommand): Promise<unknown>;
}

interface HeldKey {
  readonly key: SigningKey;
  readonly keeper: CapsKeeper;
  readonly expiryAheadMaxSec: number;
}

export function createSigningDesk(needs: SigningDeskNeeds): SigningDesk {
  const { caps, mainnetCaps = caps, vaultFolder, nowMs } = needs;
  const keys = new Map<string, HeldKey>();
  const playKeeper = createCapsKeeper(caps, nowMs);
  const mainnetKeeper = createCapsKeeper(mainnetCaps, nowMs);
  const box = createSealedBox();
  const hold = ({ account, environment, apiKey, secret, gatewayRoot }: SignerCalls['hold']['in']) => {
    if (!API_KEY.test(apiKey)) throw new SignerError('MALFORMED', 'This is not an API key.');
    if (keys.size >= KEYS_MAX) throw new SignerError('MALFORMED', 'Too many keys at once.');
    const isPlayMoney = environment === 'paper' || environment === 'testnet';
    const key = createSigningKey(apiKey, secret, gatewayRoot);
    const keeper = isPlayMoney ? playKeeper : mainnetKeeper;
    const expiryAheadMaxSec = environment === 'paper' ? Number.POSITIVE_INFINITY : EXPIRY_AHEAD_MAX_SEC;
    keys.set(account, { key, keeper, expiryAheadMaxSec });
  };
  const drop = (account: string) => keys.delete(account);
  const vaultDesk = createVaultDesk({ folder: vaultFolder, box, hold, drop });

  const keyOf = (account: string): HeldKey => {
    const key = keys.get(account);
    if (key === undefined) throw new SignerError('NO_SUCH_KEY', 'The key is locked or was never given.');
    return key;
  };
  const checkExpiry = (expirySec: number, { expiryAheadMaxSec }: HeldKey) => {
    if (!Number.isSafeInteger(expirySec)) throw new SignerError('MALFORMED', 'The expiry is malformed.');
    if (expirySec - nowMs() / 1000 > expiryAheadMaxSec) throw new SignerError('TOO_FAR_AHEAD', TOO_FAR_AHEAD);
  };
  const sign = ({ account, order }: SignerCalls['sign']['in']) => {
    const held = keyOf(account);
    const { key, keeper } = held;
    checkExpiry(order.expirySec, held);
    const route = checkOrder(order);
    const { method, path } = route;
    const body = order.body === '' ? undefined : parseJsonObject(Buffer.from(order.body, 'utf8'));
    if (order.body !== '' && body === undefined) throw new SignerError('MALFORMED', 'The body is malformed.');
    checkNames(route, body === undefined ? namesIn(order.query) : Object.keys(body));
    const exposure = exposureOf(`${method} ${path}`, order.query, body);
    const over = keeper.check(exposure, order.referencePrice);
    if (over !== undefined) throw new SignerError('OVER_CAP', over);
    const { query, expirySec } = order;
    return {
      [SIGNING_HEADERS.key]: key.apiKey,
      [SIGNING_HEADERS.expiry]: String(expirySec),
      [SIGNING_HEADERS.signature]: key.hmacSha256Hex(
        signatureText({ path, query, expirySec, body: order.body }),
      ),
    };
  };

  return {
    sealTo: box.publicKey,
    async handle(command) {
      switch (command.kind) {
        case 'hold':
          return hold(command);
        case 'drop':
          if (command.account === PROPOSED) vaultDesk.forgetProposed();
          else drop(command.account);
          return undefined;
        case 'sign':
          return sign(command);
        case 'authenticate': {
          const held = keyOf(command.account);
          const { apiKey, hmacSha256Hex } = held.key;
          checkExpiry(command.expirySec, held);
          return hmacSha256Hex(socketSignatureText(apiKey, command.expirySec));
        }
        case 'gatewaySecret':
          return keyOf(command.account).key.gatewaySecret(command.terms);
        case 'isSignedByGateway': {
          const { account, terms, text, signature } = command;
          return keyOf(account).key.isSignedByGateway(terms, text, signature);
        }
        default:
          return vaultDesk.handle(command);
      }
    },
  };
}

/** Its entry in the table. */
function checkOrder({ method, path, query, body }: SigningOrder): ExchangeRoute {
  const route = SIGNED_ROUTES.get(`${method} ${path}`);
  if (route === undefined) throw new SignerError('NOT_LISTED', 'The signer does not sign this path.');
  if (query.length > TEXT_MAX || body.length > TEXT_MAX || !QUERY.test(query)) {
    throw new SignerError('MALFORMED', 'The query is malformed.');
  }
  if (route.carries === 'query' ? body !== '' : query !== '') {
    throw new SignerError('MALFORMED', `This path takes no ${route.carries === 'query' ? 'body' : 'query'}.`);
  }
  if (route.kind === 'order' && query !== '' && !ENDS_IN_SYMBOL.test(query)) {
    throw new SignerError('MALFORMED', 'The query does not end in its symbol.');
  }
  return route;
}

/** What it could change, by names that the table knows, each given once. */
function checkNames(route: ExchangeRoute, names: readonly string[]): void {
  if (route.kind !== 'order') return;
  const known = MUTATION_PARAMETERS[`${route.method} ${route.path}`] ?? [];
  const isKnown = names.every((name) => known.includes(name));
  if (!isKnown || new Set(names).size < names.length) {
    throw new SignerError('MALFORMED', 'A parameter is not known, or is given twice.');
  }
}

const namesIn = (query: string): readonly string[] =>
  query === '' ? [] : query.split('&').map((pair) => pair.slice(0, pair.indexOf('=')));

/** The desk without a process around it, as tests use it. */
export const askDesk =
  (desk: SigningDesk): AskSigner =>
  async <K extends SignerCall>(kind: K, input: SignerCalls[K]['in']) =>
    (await desk.handle({ kind, ...input } as SignerCommand)) as SignerCalls[K]['out'];
