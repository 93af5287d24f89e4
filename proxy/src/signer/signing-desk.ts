/**
 * The signer's whole work, apart from its process: holds keys, checks what it is asked to sign against its own table
 * and caps, builds the signed text itself. No third-party code may be imported here (a test holds it).
 */
import { EXCHANGE_ROUTES } from '#contract/routes.ts';
import { exposureOf } from '#contract/wire/order-exposure.ts';
import { SIGNING_HEADERS, signatureText, socketSignatureText } from '#contract/wire/signature.ts';
import { parseJsonObject } from '../json-body.ts';
import { type Caps, type CapsKeeper, createCapsKeeper } from './caps.ts';
import { createSigningKey, type SigningKey } from './key.ts';
import {
  type AskSigner,
  type SignerCalls,
  type SignerCommand,
  SignerError,
  type SigningOrder,
} from './protocol.ts';
import { createSealedBox } from './sealed-box.ts';
import { createVaultDesk } from './vault-desk.ts';

/** Everything that may ever be signed. */
const SIGNED_ROUTES: ReadonlySet<string> = new Set(
  EXCHANGE_ROUTES.filter(({ kind }) => kind !== 'public').map(({ method, path }) => `${method} ${path}`),
);
/** Printable ASCII without a fragment: one line, as it goes onto the wire. */
const CANONICAL_QUERY = /^[\x21\x22\x24-\x7e]*$/;
const TEXT_MAX = 16 * 1024;
/** A signature is no stock to be laid in: what is asked for lies in the near future of any clock we may meet. */
const EXPIRY_AHEAD_MAX_SEC = 3_700;
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
    keys.set(account, { key, keeper: isPlayMoney ? playKeeper : mainnetKeeper });
  };
  const drop = (account: string) => keys.delete(account);
  const vaultDesk = createVaultDesk({ folder: vaultFolder, box, hold, drop });

  const keyOf = (account: string): HeldKey => {
    const key = keys.get(account);
    if (key === undefined) throw new SignerError('NO_SUCH_KEY', 'The key is locked or was never given.');
    return key;
  };
  const checkExpiry = (expirySec: number) => {
    const isNear = Number.isSafeInteger(expirySec) && expirySec - nowMs() / 1000 <= EXPIRY_AHEAD_MAX_SEC;
    if (!isNear) throw new SignerError('MALFORMED', 'The expiry is too far ahead.');
  };
  const sign = ({ account, order }: SignerCalls['sign']['in']) => {
    const { key, keeper } = keyOf(account);
    checkExpiry(order.expirySec);
    const path = checkOrder(order);
    const body = order.body === '' ? undefined : parseJsonObject(Buffer.from(order.body, 'utf8'));
    if (order.body !== '' && body === undefined) throw new SignerError('MALFORMED', 'The body is malformed.');
    const exposure = exposureOf(`${order.method} ${path}`, order.query, body);
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
          drop(command.account);
          return undefined;
        case 'sign':
          return sign(command);
        case 'authenticate': {
          const { apiKey, hmacSha256Hex } = keyOf(command.account).key;
          checkExpiry(command.expirySec);
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

/** The path, as the table has it. */
function checkOrder({ method, path, query, body }: SigningOrder): string {
  if (!SIGNED_ROUTES.has(`${method} ${path}`)) {
    throw new SignerError('NOT_LISTED', 'The signer does not sign this path.');
  }
  if (query.length > TEXT_MAX || body.length > TEXT_MAX || !CANONICAL_QUERY.test(query)) {
    throw new SignerError('MALFORMED', 'The query is malformed.');
  }
  if (body !== '' && method !== 'POST') throw new SignerError('MALFORMED', 'This path takes no body.');
  return path;
}

/** The desk without a process around it, as tests use it. */
export const askDesk =
  (desk: SigningDesk): AskSigner =>
  async (kind, input) =>
    (await desk.handle({ kind, ...input } as SignerCommand)) as never;
