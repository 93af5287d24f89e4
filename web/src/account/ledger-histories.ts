/** Reads what the exchange has on record of the time that a ledger cannot explain, and keeps the page's ledger audited. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Fill, FundingFee } from '#contract/model.ts';
import { parseFundingFees } from '#contract/wire/funding-fees.ts';
import { fundingFeesRequest, tradeHistoryRequest } from '#contract/wire/requests.ts';
import { parseTradeHistory } from '#contract/wire/trade-history.ts';
import { askExchange } from '../exchange/rest.ts';
import { nextFundingAtMs } from '../market/funding.ts';
import { productNow } from '../market/products.ts';
import { accountStore, SETTLE_CURRENCY } from './account-store.ts';
import { FILLS_MAX, type LegKey } from './apply-account.ts';
import { auditSpan, type Gap, type Histories, type Ledger } from './ledger.ts';
import { createLedgerAudit } from './ledger-audit.ts';
import { changeLedger, ledgerStore } from './ledger-store.ts';
import { PAGE_ROWS } from './past.ts';

/** More fills, or products, than this have not happened in a gap that somebody still looks at. */
const PAGES_MAX = 10;
const SYMBOLS_MAX = 20;

async function readFills(fromMs: number, toMs: number): Promise<readonly Fill[] | undefined> {
  const fills: Fill[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const span = { currency: SETTLE_CURRENCY, fromMs, toMs, offset: page * PAGE_ROWS, limit: PAGE_ROWS };
    const answer = await askExchange(tradeHistoryRequest(span), parseTradeHistory);
    if (!answer.ok) return undefined;
    fills.push(...answer.value);
    if (answer.value.length < PAGE_ROWS) return fills;
  }
  return undefined;
}

const symbolOf = (leg: LegKey): ProductSymbol => leg.slice(0, leg.indexOf(' ')) as ProductSymbol;

function isSettledIn({ fromMs, toMs }: Gap, symbol: ProductSymbol): boolean {
  const intervalSec = productNow(symbol)?.fundingIntervalSec;
  return intervalSec === undefined || nextFundingAtMs(fromMs, intervalSec) <= toMs;
}

/** Products that may have settled funding in a gap for a leg whose own sum does not tell. */
function symbolsToAsk(gaps: readonly Gap[], fills: readonly Fill[]): readonly ProductSymbol[] {
  const symbols = gaps.flatMap((gap) => {
    const traded = fills.filter(({ atMs }) => atMs > gap.fromMs && atMs <= gap.toMs);
    const named = [...[...gap.others].map(symbolOf), ...traded.map(({ symbol }) => symbol)];
    return named.filter((symbol) => isSettledIn(gap, symbol));
  });
  return [...new Set(symbols)];
}

async function readFundingFees(
  symbols: readonly ProductSymbol[],
  fromMs: number,
): Promise<readonly FundingFee[] | undefined> {
  if (symbols.length > SYMBOLS_MAX) return undefined;
  const all: FundingFee[] = [];
  for (const symbol of symbols) {
    const answer = await askExchange(fundingFeesRequest(symbol, 0, PAGE_ROWS), parseFundingFees);
    const oldest = answer.ok ? answer.value.at(-1) : undefined;
    if (!answer.ok || (answer.value.length >= PAGE_ROWS && oldest !== undefined && oldest.atMs > fromMs)) {
      return undefined;
    }
    all.push(...answer.value);
  }
  return all;
}

async function readHistories(ledger: Ledger): Promise<Histories | undefined> {
  const { fromMs, toMs } = auditSpan(ledger);
  const { fills: known } = accountStore.getState();
  const oldest = known.at(-1);
  // Of what was dropped for want of room nobody can say whether it was booked.
  if (known.length >= FILLS_MAX && oldest !== undefined && oldest.atMs > fromMs) return undefined;
  const fills = await readFills(fromMs, toMs);
  if (fills === undefined) return undefined;
  const fundingFees = await readFundingFees(symbolsToAsk(ledger.gaps, fills), fromMs);
  return fundingFees && { fills, fundingFees };
}

/** Keeps the page's ledger audited until the answer is called. */
export function followLedger(): () => void {
  const audit = createLedgerAudit({
    ledger: () => ledgerStore.getState().ledger,
    read: readHistories,
    known: () => accountStore.getState().fills,
    change: changeLedger,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const stopListening = ledgerStore.subscribe(audit.look);
  return () => {
    stopListening();
    audit.stop();
  };
}
