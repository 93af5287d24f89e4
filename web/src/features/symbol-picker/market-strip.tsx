/** The selected product's market in one line: mark, index, the last 24 hours, open interest, funding. */
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Price, ProductSymbol } from '#contract/brand.ts';
import { decimalPlaces } from '#contract/decimal.ts';
import type { Product, Ticker } from '#contract/model.ts';
import { connectionStore } from '../../exchange/connection.ts';
import {
  directionOf,
  formatCompact,
  formatPercent,
  formatPrice,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { formatCountdown } from '../../lib/time-format.ts';
import { dayChange, dayChangeRatio } from '../../market/day-change.ts';
import { useMarketFeed } from '../../market/feed.ts';
import { intervalName, nextFundingAtMs } from '../../market/funding.ts';
import { useProduct } from '../../market/products.ts';
import { useTicker } from '../../market/ticker-store.ts';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import styles from './market-strip.module.css';
import { FUNDING_PLACES } from './symbol-row.tsx';

export function MarketStrip() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const product = useProduct(symbol);
  const feed = useMarketFeed();
  return (
    <dl className={styles.strip} data-feed={feed.state}>
      <PriceField label="Mark" product={product} symbol={symbol} select={(ticker) => ticker.markPrice} />
      <PriceField label="Index" product={product} symbol={symbol} select={(ticker) => ticker.indexPrice} />
      <FundingField product={product} symbol={symbol} />
      <ChangeField product={product} symbol={symbol} />
      <PriceField label="24h high" product={product} symbol={symbol} select={(ticker) => ticker.high} />
      <PriceField label="24h low" product={product} symbol={symbol} select={(ticker) => ticker.low} />
      <CompactField
        label={`24h volume ${product?.base ?? ''}`}
        symbol={symbol}
        select={(ticker) => formatCompact(ticker.volume)}
      />
      <CompactField
        label={`24h turnover ${product?.quote ?? ''}`}
        symbol={symbol}
        select={(ticker) => formatCompact(ticker.turnover)}
      />
      <CompactField
        label={`Open interest ${product?.base ?? ''}`}
        symbol={symbol}
        select={(ticker) => formatCompact(ticker.openInterest as Price)}
      />
    </dl>
  );
}

function Field(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly direction?: string | undefined;
}) {
  return (
    <div className={styles.field}>
      <dt className={styles.label}>{props.label}</dt>
      <dd className={styles.value} data-direction={props.direction}>
        {props.children}
      </dd>
    </div>
  );
}

function PriceField(props: {
  readonly label: string;
  readonly product: Product | undefined;
  readonly symbol: ProductSymbol;
  readonly select: (ticker: Ticker) => Price;
}) {
  const price = useTicker(props.symbol, props.select);
  const isKnown = price !== undefined && props.product !== undefined;
  return <Field label={props.label}>{isKnown ? formatPrice(price, props.product.tickSize) : NO_VALUE}</Field>;
}

function CompactField(props: {
  readonly label: string;
  readonly symbol: ProductSymbol;
  readonly select: (ticker: Ticker) => string;
}) {
  return <Field label={props.label}>{useTicker(props.symbol, props.select) ?? NO_VALUE}</Field>;
}

function ChangeField({
  product,
  symbol,
}: {
  readonly product: Product | undefined;
  readonly symbol: ProductSymbol;
}) {
  const change = useTicker(symbol, dayChange);
  const ratio = useTicker(symbol, dayChangeRatio);
  if (product === undefined || change === undefined || ratio === undefined) {
    return <Field label="24h change">{NO_VALUE}</Field>;
  }
  return (
    <Field label="24h change" direction={directionOf(ratio)}>
      {formatSigned(change, decimalPlaces(product.tickSize))} {formatSignedPercent(ratio)}
    </Field>
  );
}

function FundingField({
  product,
  symbol,
}: {
  readonly product: Product | undefined;
  readonly symbol: ProductSymbol;
}) {
  const rate = useTicker(symbol, (ticker) => ticker.fundingRate);
  const label = product === undefined ? 'Funding' : `Funding ${intervalName(product.fundingIntervalSec)}`;
  return (
    <Field label={label}>
      {rate === undefined ? NO_VALUE : formatPercent(rate, FUNDING_PLACES)}
      {product !== undefined && <FundingCountdown intervalSec={product.fundingIntervalSec} />}
    </Field>
  );
}

/** Counts down on the exchange's clock, not ours. */
function FundingCountdown({ intervalSec }: { readonly intervalSec: number }) {
  const offsetMs = useStore(connectionStore, ({ status }) => status?.clockOffsetMs ?? 0);
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const exchangeMs = nowMs + offsetMs;
  return (
    <span className={styles.countdown} title="Until the next settlement">
      {formatCountdown(nextFundingAtMs(exchangeMs, intervalSec) - exchangeMs)}
    </span>
  );
}
