/**
 * The hard caps: what the signer refuses to sign whatever it is asked, given once at its start. They are a ceiling for
 * a proxy that has gone wrong, not the trader's own limits (those are the guard's).
 */
import type { Exposure } from '#contract/wire/order-exposure.ts';

export interface Caps {
  /** Quantity times price of one order, in the quote currency; plain decimal text. */
  readonly orderValueMax?: string;
  readonly leverageMax?: string;
  /** New orders that are not reduce-only. */
  readonly ordersPerMinuteMax?: number;
}

const SCALE = 18;
const MINUTE_MS = 60_000;

const NO_PRICE = 'The value of this order cannot be known: no price is at hand.';

/** Plain decimal text as a whole number of 10⁻¹⁸. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0').slice(0, SCALE));
}

/** Where the order may be filled: at the market, or where a trailing bid's trigger begins. */
function marketPrices(reference: bigint, above: (Exposure & { kind: 'order' })['above']): readonly bigint[] {
  const unit = 10n ** BigInt(SCALE);
  const share = (reference * scaled(above.proportion) + unit - 1n) / unit;
  return [reference, reference + scaled(above.distance), reference + share];
}

export interface CapsKeeper {
  /** Why not; undefined: it may be signed. An order that may is counted. */
  check(exposure: Exposure, referencePrice: string | undefined): string | undefined;
}

export function createCapsKeeper(caps: Caps, nowMs: () => number): CapsKeeper {
  const { orderValueMax, leverageMax, ordersPerMinuteMax } = caps;
  const valueMax = orderValueMax === undefined ? undefined : scaled(orderValueMax);
  const isCapped = [orderValueMax, leverageMax, ordersPerMinuteMax].some((cap) => cap !== undefined);
  /** When the orders of the last minute were signed; oldest first. */
  let signedAtMs: number[] = [];

  const checkValue = (exposure: Exposure & { kind: 'order' }, referencePrice: string | undefined) => {
    if (valueMax === undefined || exposure.qty === undefined) return undefined;
    if (referencePrice === undefined && !exposure.isBounded) return NO_PRICE;
    const market = referencePrice === undefined ? [] : marketPrices(scaled(referencePrice), exposure.above);
    const price = [...exposure.prices.map(scaled), ...market].reduce((a, b) => (b > a ? b : a), 0n);
    const isOver = scaled(exposure.qty) * price > valueMax * 10n ** BigInt(SCALE);
    return isOver ? `The order is worth more than ${orderValueMax}, the signer’s hard cap.` : undefined;
  };
  const checkRate = () => {
    if (ordersPerMinuteMax === undefined) return undefined;
    const now = nowMs();
    signedAtMs = signedAtMs.filter((atMs) => now - atMs < MINUTE_MS);
    if (signedAtMs.length >= ordersPerMinuteMax) {
      return `More than ${ordersPerMinuteMax} orders in a minute, the signer’s hard cap.`;
    }
    signedAtMs.push(now);
    return undefined;
  };

  return {
    check(exposure, referencePrice) {
      if (!isCapped) return undefined;
      switch (exposure.kind) {
        case 'none':
          return undefined;
        case 'unreadable':
          return `The request cannot be judged by its ${exposure.field}.`;
        case 'leverage': {
          const isOver =
            leverageMax !== undefined &&
            // Zero is cross margin at the highest leverage there is.
            exposure.leverages.map(scaled).some((one) => one === 0n || one > scaled(leverageMax));
          return isOver ? `The leverage is above ${leverageMax}, the signer’s hard cap.` : undefined;
        }
        case 'order':
          return checkValue(exposure, referencePrice) ?? (exposure.isNew ? checkRate() : undefined);
      }
    },
  };
}
