/** The chart panel: resolutions, legend, and the canvas that the chart session draws on. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isResolution, type ResolutionSec } from '#contract/vocabulary.ts';
import { useFills } from '../../account/fill-history.ts';
import { useMarketFeed } from '../../market/feed.ts';
import { useProduct } from '../../market/products.ts';
import { StaleSince } from '../../ui/stale-since.tsx';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import styles from './chart.module.css';
import { type ChartSession, type ChartState, startChartSession } from './chart-session.ts';
import type { LinePlane } from './line-plane.ts';
import {
  MAIN_RESOLUTIONS,
  OTHER_RESOLUTIONS,
  rememberedResolution,
  rememberResolution,
  resolutionName,
} from './resolutions.ts';

const TradeOverlay = lazy(async () => ({ default: (await import('./trade-overlay.tsx')).TradeOverlay }));

export function Chart() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const [resolutionSec, setResolutionSec] = useState(rememberedResolution);
  const feed = useMarketFeed();
  const choose = (chosen: ResolutionSec) => {
    rememberResolution(chosen);
    setResolutionSec(chosen);
  };
  return (
    <section className={styles.panel} aria-label="Chart" data-feed={feed.state}>
      <header className={styles.head}>
        <Resolutions chosen={resolutionSec} onChoose={choose} />
        <StaleSince feed={feed} />
      </header>
      <Canvas key={`${symbol} ${resolutionSec}`} resolutionSec={resolutionSec} />
    </section>
  );
}

function Resolutions(props: {
  readonly chosen: ResolutionSec;
  readonly onChoose: (resolutionSec: ResolutionSec) => void;
}) {
  const { chosen, onChoose } = props;
  const isOther = OTHER_RESOLUTIONS.includes(chosen);
  return (
    <fieldset className={styles.resolutions} aria-label="Resolution">
      {MAIN_RESOLUTIONS.map((resolutionSec) => (
        <button
          key={resolutionSec}
          type="button"
          className={styles.resolution}
          aria-pressed={resolutionSec === chosen}
          onClick={() => onChoose(resolutionSec)}
        >
          {resolutionName(resolutionSec)}
        </button>
      ))}
      <select
        className={styles.resolution}
        aria-label="More resolutions"
        data-chosen={isOther}
        value={isOther ? chosen : ''}
        onChange={(event) => {
          const resolutionSec = Number(event.target.value);
          if (isResolution(resolutionSec)) onChoose(resolutionSec);
        }}
      >
        <option value="" hidden>
          More
        </option>
        {OTHER_RESOLUTIONS.map((resolutionSec) => (
          <option key={resolutionSec} value={resolutionSec}>
            {resolutionName(resolutionSec)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

const LEGEND_FIELDS = [
  ['O', 'open'],
  ['H', 'high'],
  ['L', 'low'],
  ['C', 'close'],
  ['', 'change'],
  ['Vol', 'volume'],
] as const;

const MESSAGES: Readonly<Record<ChartState, string>> = {
  loading: 'Loading candles…',
  filled: '',
  empty: 'No candles yet.',
  failed: 'The chart could not be loaded. Reload the page to try again.',
};

function Canvas({ resolutionSec }: { readonly resolutionSec: ResolutionSec }) {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const product = useProduct(symbol);
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLParagraphElement>(null);
  const session = useRef<ChartSession>(undefined);
  const [state, setState] = useState<ChartState>('loading');
  const [plane, setPlane] = useState<LinePlane>();
  const { rows: fills } = useFills();

  useEffect(() => {
    if (product === undefined || host.current === null || legend.current === null) return;
    const started = startChartSession({
      host: host.current,
      legend: legend.current,
      product,
      resolutionSec,
      onState: setState,
      onPlane: setPlane,
    });
    session.current = started;
    return () => {
      started.stop();
      session.current = undefined;
      setPlane(undefined);
    };
  }, [product, resolutionSec]);
  useEffect(() => {
    session.current?.setFills(fills.filter((fill) => fill.symbol === symbol));
  }, [fills, symbol]);

  return (
    <div className={styles.body} data-state={state}>
      <div ref={host} className={styles.canvas} />
      {plane !== undefined && product !== undefined && state === 'filled' && (
        <Suspense fallback={null}>
          <TradeOverlay plane={plane} product={product} />
        </Suspense>
      )}
      <p ref={legend} className={styles.legend} hidden>
        {LEGEND_FIELDS.map(([label, field]) => (
          <span key={field} className={styles.field}>
            {label !== '' && <span className={styles.label}>{label}</span>}
            <span data-field={field} />
          </span>
        ))}
      </p>
      <p className={styles.message}>{MESSAGES[state]}</p>
      <a
        className={styles.credit}
        href="https://www.tradingview.com/"
        target="_blank"
        rel="noreferrer"
        title="Lightweight Charts by TradingView"
      >
        Charts by TradingView
      </a>
    </div>
  );
}
