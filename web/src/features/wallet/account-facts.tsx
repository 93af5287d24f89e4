/** Everything there is to know of the account: what it is worth, what could end it, what it pays, and what may be asked. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Money, Ratio } from '#contract/brand.ts';
import { ratio } from '#contract/decimal.ts';
import type { Position, RiskUnit } from '#contract/model.ts';
import { useAccountFeed } from '../../account/account-feed.ts';
import { accountStore, usePositions, useWallet } from '../../account/account-store.ts';
import { MAKER_FEE_RATE, TAKER_FEE_RATE } from '../../account/fee-rates.ts';
import { fundingDue } from '../../account/funding-due.ts';
import { isReconciled, type Ledger, unexplained } from '../../account/ledger.ts';
import { ledgerStore } from '../../account/ledger-store.ts';
import { crossMarginRatioNow } from '../../account/margin-now.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import { marginRatio } from '../../account/position-figures.ts';
import { useRiskUnits } from '../../account/risk-units.ts';
import { useFeeRates } from '../../account/use-fee-rates.ts';
import { connectionStore } from '../../exchange/connection.ts';
import {
  directionOf,
  formatMoney,
  formatPercent,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { formatClock, formatCountdown } from '../../lib/time-format.ts';
import { nextFundingAtMs } from '../../market/funding.ts';
import { productNow } from '../../market/products.ts';
import { tickerNow, useTickerFigure } from '../../market/ticker-store.ts';
import { PanelState } from '../../ui/panel-state.tsx';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import styles from './account-facts.module.css';
import { useExchangeMs } from './use-exchange-ms.ts';
import { useFigures } from './use-figures.ts';

const SMALL_PLACES = 4;

export function AccountFacts() {
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  const wallet = useWallet();
  if (feed.state === 'no-key') return <PanelState {...noKey} />;
  if (wallet === undefined) return <PanelState title="Loading the account…" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it takes the focus that a key scrolls by.
    <section className={styles.facts} data-feed={feed.state} aria-label="Account facts" tabIndex={0}>
      <BalanceFacts />
      <RiskFacts mode={wallet.accountMode} />
      <FundingFacts />
      <LedgerFacts />
      <FeeFacts />
      <RequestFacts />
    </section>
  );
}

function Facts(props: {
  readonly title: string;
  /** Hidden with the other amounts. */
  readonly isPrivate?: boolean;
  readonly children: ReactNode;
}) {
  const { title, isPrivate, children } = props;
  return (
    <section className={styles.group} aria-label={title}>
      <h3>{title}</h3>
      <dl data-private={isPrivate}>{children}</dl>
    </section>
  );
}

function Fact(props: {
  readonly name: ReactNode;
  readonly value: string | undefined;
  readonly title?: string;
  readonly signOf?: Money | undefined;
}) {
  const { name, value = NO_VALUE, title, signOf } = props;
  return (
    <div className={styles.fact} title={title}>
      <dt>{name}</dt>
      <dd data-direction={signOf && directionOf(signOf)}>{value}</dd>
    </div>
  );
}

function BalanceFacts() {
  const figures = useFigures();
  const money = (value: Money | undefined) => value && formatMoney(value);
  return (
    <Facts isPrivate={true} title="Balance, USDT">
      <Fact name="Wallet" value={money(figures?.balance)} />
      <Fact
        name="Unrealised PnL"
        value={figures?.unrealisedPnl && formatSigned(figures.unrealisedPnl)}
        signOf={figures?.unrealisedPnl}
      />
      <Fact name="Equity" value={money(figures?.equity)} />
      <Fact name="Locked" title="By positions and open orders" value={money(figures?.used)} />
      <Fact name="Available" value={money(figures?.available)} />
    </Facts>
  );
}

/** What each mode means for what can be lost. Others are shown as the exchange names them. */
const MODES: Readonly<Record<string, string>> = {
  Classic: 'Classic: each settlement currency backs its own positions alone',
};

function RiskFacts({ mode }: { readonly mode: string | undefined }) {
  useStore(accountStore, ({ positions }) => positions);
  const units = useRiskUnits() ?? [];
  const own = useTickerFigure(() => {
    const now = crossMarginRatioNow();
    return now === undefined ? NO_VALUE : formatPercent(now);
  });
  return (
    <Facts title="Risk">
      <Fact
        name="Account mode"
        value={mode}
        title={mode === undefined ? 'The exchange does not say' : (MODES[mode] ?? mode)}
      />
      <Fact
        name="Cross margin ratio"
        value={own}
        title="Maintenance margin of the cross positions against what backs them, at the newest marks: at 100 % they are liquidated"
      />
      {units.map((unit) => (
        <UnitFact key={unit.leg ?? unit.mode} unit={unit} />
      ))}
    </Facts>
  );
}

const nothingMaintained = ratio('999');

/** The exchange has equity per maintenance margin; turned round it is the ratio that the rest of the screen shows. */
function UnitFact({ unit }: { readonly unit: RiskUnit }) {
  const { leg, mode, equity, maintenanceMargin } = unit;
  const share: Ratio | undefined =
    unit.marginRatio === nothingMaintained ? undefined : marginRatio(maintenanceMargin, equity);
  const name = leg === undefined ? `Risk unit ${mode}` : `Risk unit ${leg.replace(' Merged', '')}`;
  return (
    <Fact
      name={name}
      value={share && formatPercent(share)}
      title={`As the exchange has it: equity ${formatMoney(equity)}, maintenance margin ${formatMoney(maintenanceMargin)}`}
    />
  );
}

function FundingFacts() {
  const positions = usePositions();
  const nowMs = useExchangeMs();
  return (
    <Facts isPrivate={true} title="Funding due, USDT">
      {positions.size === 0 && <Fact name="No positions" value={undefined} />}
      {[...positions.values()].map((position) => (
        <FundingFact key={`${position.symbol} ${position.posSide}`} position={position} nowMs={nowMs} />
      ))}
    </Facts>
  );
}

function FundingFact({ position, nowMs }: { readonly position: Position; readonly nowMs: number }) {
  const { symbol, side } = position;
  const quote = tickerNow(symbol);
  const due = quote && fundingDue(position, quote.markPrice, quote.fundingRate);
  const intervalSec = productNow(symbol)?.fundingIntervalSec;
  const countdown =
    intervalSec === undefined ? '' : formatCountdown(nextFundingAtMs(nowMs, intervalSec) - nowMs);
  return (
    <Fact
      name={
        <>
          {symbol} {side === 'Buy' ? 'long' : 'short'} <span className={styles.note}>{countdown}</span>
        </>
      }
      value={due && formatSigned(due, SMALL_PLACES)}
      signOf={due}
      title={`Were it settled at mark and rate of now (${quote ? formatSignedPercent(quote.fundingRate, SMALL_PLACES) : NO_VALUE}). Above zero is received.`}
    />
  );
}

function LedgerFacts() {
  const ledger: Ledger | undefined = useStore(ledgerStore, (state) => state.ledger);
  const money = (value: Money | undefined) => value && formatMoney(value, SMALL_PLACES);
  const rest = ledger && unexplained(ledger);
  return (
    <Facts
      isPrivate={true}
      title={ledger === undefined ? 'Ledger' : `Ledger since ${formatClock(ledger.sinceMs)}`}
    >
      <Fact name="Wallet then" value={money(ledger?.start)} />
      <Fact
        name="Realised"
        value={ledger && formatSigned(ledger.realised, SMALL_PLACES)}
        signOf={ledger?.realised}
      />
      <Fact name="Fees paid" value={money(ledger?.fees)} />
      <Fact
        name="Funding"
        title="Received above zero, paid below"
        value={ledger && formatSigned(ledger.funding, SMALL_PLACES)}
        signOf={ledger?.funding}
      />
      <Fact
        name="Moved in or out"
        title="Deposits, withdrawals and what else you have acknowledged at the badge beside Account"
        value={ledger && formatSigned(ledger.moved, SMALL_PLACES)}
      />
      <Fact
        name="Unexplained"
        value={rest && ledger && (isReconciled(ledger) ? 'none' : formatSigned(rest, SMALL_PLACES))}
        title="What the wallet has changed by that no fill, no funding and nothing you moved explains"
      />
    </Facts>
  );
}

function FeeFacts() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const rates = useFeeRates(symbol);
  const isStandard = rates?.maker === MAKER_FEE_RATE && rates.taker === TAKER_FEE_RATE;
  return (
    <Facts title={`Fee tier, ${symbol}`}>
      <Fact name="Maker" value={rates && formatPercent(rates.maker, SMALL_PLACES)} />
      <Fact name="Taker" value={rates && formatPercent(rates.taker, SMALL_PLACES)} />
      <Fact name="Tier" value={rates && (isStandard ? 'Standard' : 'Own rates')} />
    </Facts>
  );
}

function RequestFacts() {
  const status = useStore(connectionStore, (state) => state.status);
  const left = status?.requestsLeft;
  const offset = status?.clockOffsetMs;
  const count = (value: number | undefined) => value?.toLocaleString('en-GB');
  return (
    <Facts title="Requests left">
      <Fact name="Trading, a minute" value={count(left?.contract)} />
      <Fact name="Histories, a minute" value={count(left?.others)} />
      <Fact name="Address, 5 minutes" value={count(left?.address)} />
      <Fact
        name="Clock offset"
        title="The exchange's clock less ours"
        value={offset === undefined ? undefined : `${offset > 0 ? '+' : ''}${Math.round(offset)} ms`}
      />
    </Facts>
  );
}
