/**
 * The drawn chart: candles, volume below, crosshair. Knows the charting library and nothing of the exchange; loaded
 * on its own, so that the rest of the screen need not wait for it.
 */
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChartEx,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApiBase,
  type IPriceLine,
  type ISeriesApi,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { decimalPlaces, toNumberLossy } from '#contract/decimal.ts';
import type { Candle, Product } from '#contract/model.ts';
import { groupThousands } from '../../lib/format.ts';
import type { FillMark } from './fill-marks.ts';
import { createLinePlane, type LinePlane } from './line-plane.ts';
import { createLocalTimeScale, type LocalTimeScale } from './local-time-scale.ts';
import { momentText, tickText } from './time-axis.ts';

export interface CandleChartEvents {
  /** The candle under the crosshair, by its index; undefined when the pointer has left. */
  onHover(index: number | undefined): void;
  /** The oldest candles come into view. */
  onOldestNear(): void;
}

export interface CandleChart {
  /** Draws everything anew. `isOther` says it is another product or resolution: the view starts at the newest. */
  setCandles(candles: readonly Candle[], isOther: boolean): void;
  /** Redraws the candles from an index on; those before it are as they were. */
  updateTail(candles: readonly Candle[], from: number): void;
  /** Own executions, oldest first. */
  setFillMarks(marks: readonly FillMark[]): void;
  /** Where lines at prices are drawn. */
  readonly plane: LinePlane;
  remove(): void;
}

/** Width of a candle on the screen at first, gap included, in pixels. */
const FIRST_CANDLE_PX = 8;
const SPACE_RIGHT = 6;
/** Older candles are fetched once this few are left to the left of the view. */
const OLDEST_NEAR = 60;
/** Of the panel's height. */
const VOLUME_SHARE = 0.18;

function themeColors() {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    surface: color('--surface'),
    raised: color('--surface-raised'),
    line: color('--line'),
    lineStrong: color('--line-strong'),
    text: color('--text-muted'),
    crosshair: color('--text-faint'),
    up: color('--up'),
    down: color('--down'),
    warn: color('--warn'),
    accent: color('--accent'),
    fontFamily: color('--font'),
  };
}
type Colors = ReturnType<typeof themeColors>;

const timeOf = (candle: Candle): UTCTimestamp => candle.openTimeSec as UTCTimestamp;

const isFalling = ({ open, close }: Candle): boolean => toNumberLossy(close) < toNumberLossy(open);

const toBar = (candle: Candle) => ({
  time: timeOf(candle),
  open: toNumberLossy(candle.open),
  high: toNumberLossy(candle.high),
  low: toNumberLossy(candle.low),
  close: toNumberLossy(candle.close),
});

/** Hex with alpha: the volume must not outshine the candles. */
const faded = (hex: string): string => `${hex}66`;

const toVolume = (candle: Candle, colors: Colors) => ({
  time: timeOf(candle),
  value: toNumberLossy(candle.volume),
  color: faded(isFalling(candle) ? colors.down : colors.up),
});

function createLibraryChart(host: HTMLElement, colors: Colors, resolutionSec: number) {
  return createChartEx<Time, LocalTimeScale>(host, createLocalTimeScale(resolutionSec), {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colors.surface },
      textColor: colors.text,
      fontFamily: colors.fontFamily,
      fontSize: 11,
      // Its logo brings markup that the page's content policy refuses; the panel's own line credits it instead.
      attributionLogo: false,
      panes: { separatorColor: colors.line, separatorHoverColor: colors.lineStrong },
    },
    grid: { vertLines: { color: colors.line }, horzLines: { color: colors.line } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colors.crosshair, labelBackgroundColor: colors.raised },
      horzLine: { color: colors.crosshair, labelBackgroundColor: colors.raised },
    },
    rightPriceScale: { borderColor: colors.line, minimumWidth: 72 },
    timeScale: {
      borderColor: colors.line,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: SPACE_RIGHT,
      minBarSpacing: 1,
      tickMarkFormatter: (time: Time, tick: number) => tickText(Number(time), resolutionSec, tick),
    },
    localization: { timeFormatter: (time: Time) => momentText(Number(time), resolutionSec) },
  });
}

interface ChartSeries {
  readonly lastPrice: IPriceLine;
  readonly candles: ISeriesApi<'Candlestick', Time>;
  readonly volume: ISeriesApi<'Histogram', Time>;
}

function addSeries(chart: IChartApiBase<Time>, product: Product, colors: Colors): ChartSeries {
  const places = decimalPlaces(product.tickSize);
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colors.up,
    downColor: colors.down,
    borderVisible: false,
    wickUpColor: colors.up,
    wickDownColor: colors.down,
    // The library's own line and label follow the last candle in view; the price that matters is the last of all.
    priceLineVisible: false,
    lastValueVisible: false,
    priceFormat: {
      type: 'custom',
      minMove: toNumberLossy(product.tickSize),
      formatter: (price: number) => groupThousands(price.toFixed(places)),
    },
  });
  const volume = chart.addSeries(
    HistogramSeries,
    { priceFormat: { type: 'volume' }, priceLineVisible: false, lastValueVisible: false },
    1,
  );
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0 } });
  const [pricePane, volumePane] = chart.panes();
  pricePane?.setStretchFactor(1 - VOLUME_SHARE);
  volumePane?.setStretchFactor(VOLUME_SHARE);
  const lastPrice = candles.createPriceLine({
    price: 0,
    lineWidth: 1,
    lineStyle: LineStyle.Dotted,
    lineVisible: false,
  });
  return { candles, volume, lastPrice };
}

/** A small arrow that points at the price: up from below for a buy, down from above for a sell. */
const toMarker = ({ openTimeSec, side, price }: FillMark, colors: Colors) => ({
  time: openTimeSec as UTCTimestamp,
  position: side === 'Buy' ? ('atPriceBottom' as const) : ('atPriceTop' as const),
  shape: side === 'Buy' ? ('arrowUp' as const) : ('arrowDown' as const),
  color: side === 'Buy' ? colors.up : colors.down,
  price,
  size: 0.6,
});

/** A chart of one product and resolution. */
export function createCandleChart(
  host: HTMLElement,
  { product, resolutionSec }: { readonly product: Product; readonly resolutionSec: number },
  events: CandleChartEvents,
): CandleChart {
  const colors = themeColors();
  const chart = createLibraryChart(host, colors, resolutionSec);
  const series = addSeries(chart, product, colors);
  const fillMarkers = createSeriesMarkers<Time>(series.candles, [], { autoScale: false });
  const plane = createLinePlane(chart, series.candles, { ...colors, muted: colors.text });
  let drawnTimeSec = Number.NEGATIVE_INFINITY;
  let isFilled = false;

  const showLast = (candle: Candle | undefined) => {
    const isKnown = candle !== undefined;
    const color = isKnown && isFalling(candle) ? colors.down : colors.up;
    const price = isKnown ? toNumberLossy(candle.close) : 0;
    series.lastPrice.applyOptions({ price, color, lineVisible: isKnown, axisLabelVisible: isKnown });
  };

  chart.subscribeCrosshairMove(({ logical, point }) => {
    events.onHover(point === undefined || logical === undefined ? undefined : Math.round(logical));
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (isFilled && range !== null && range.from < OLDEST_NEAR) events.onOldestNear();
  });

  return {
    setCandles: (candles, isOther) => {
      const scale = chart.timeScale();
      // Older candles in front move every index: the view is kept by time, not by index.
      series.candles.setData(candles.map(toBar));
      series.volume.setData(candles.map((candle) => toVolume(candle, colors)));
      drawnTimeSec = candles.at(-1)?.openTimeSec ?? Number.NEGATIVE_INFINITY;
      showLast(candles.at(-1));
      if (isOther) {
        scale.setVisibleLogicalRange({
          from: candles.length - host.clientWidth / FIRST_CANDLE_PX,
          to: candles.length + SPACE_RIGHT,
        });
      }
      isFilled = candles.length > 0;
    },
    updateTail: (candles, from) => {
      for (const candle of candles.slice(from)) {
        // The library refuses to go back in time, and what is older was drawn with `setCandles`.
        if (candle.openTimeSec < drawnTimeSec) continue;
        drawnTimeSec = candle.openTimeSec;
        series.candles.update(toBar(candle));
        series.volume.update(toVolume(candle, colors));
      }
      showLast(candles.at(-1));
    },
    setFillMarks: (marks) => fillMarkers.setMarkers(marks.map((mark) => toMarker(mark, colors))),
    plane,
    remove: () => {
      plane.detach();
      chart.remove();
    },
  };
}
