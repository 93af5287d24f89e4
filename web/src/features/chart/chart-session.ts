/**
 * One product and resolution on the chart: follows the candles and draws what changed, on the screen's beat.
 * The legend is written straight into its elements; React hears only whether there is something to see.
 */
import type { Fill, Product } from '#contract/model.ts';
import type { ResolutionSec } from '#contract/vocabulary.ts';
import { BEAT_MS, browserFrames, createPainter, type FrameClock } from '../../lib/frame-loop.ts';
import type { CandleChange } from '../../market/candle-merge.ts';
import { followCandles } from '../../market/candles.ts';
import type { CandleChart } from './candle-chart.ts';
import { fillMarks } from './fill-marks.ts';
import { type Legend, legendOf } from './legend.ts';
import type { LinePlane } from './line-plane.ts';

export type ChartState = 'loading' | 'filled' | 'empty' | 'failed';

export interface ChartSessionNeeds {
  readonly host: HTMLElement;
  /** Its children carry `data-field` of a `Legend` key. */
  readonly legend: HTMLElement;
  readonly product: Product;
  readonly resolutionSec: ResolutionSec;
  onState(state: ChartState): void;
  /** The chart can be drawn upon from now on. */
  onPlane(plane: LinePlane): void;
}

export interface ChartSession {
  /** Own executions of the product. */
  setFills(fills: readonly Fill[]): void;
  stop(): void;
}

/** Joins what changed since the last frame: everything beats a tail, an earlier tail beats a later one. */
export function joinChanges(before: CandleChange | undefined, next: CandleChange): CandleChange {
  if (before === undefined) return next;
  if (before.kind === 'all' || next.kind === 'all') return { kind: 'all' };
  return { kind: 'tail', from: Math.min(before.from, next.from) };
}

function writeLegend(element: HTMLElement, legend: Legend | undefined): void {
  element.hidden = legend === undefined;
  if (legend === undefined) return;
  element.dataset.direction = legend.direction;
  for (const field of element.querySelectorAll<HTMLElement>('[data-field]')) {
    const text = legend[field.dataset.field as keyof Legend];
    if (field.textContent !== text) field.textContent = text;
  }
}

/** The library draws on the frame after it was told: telling it just before makes that the frame of all others. */
const ahead: FrameClock = { ...browserFrames, onFrame: (run) => browserFrames.after(0, run) };

/** A drawing of the whole chart costs as much as a painting of everything else. */
const DRAW_MS = 2 * BEAT_MS;

export function startChartSession(needs: ChartSessionNeeds): ChartSession {
  const { product, resolutionSec } = needs;
  let chart: CandleChart | undefined;
  let isStopped = false;
  let isFirstDrawing = true;
  let due: CandleChange | undefined;
  let hovered: number | undefined;
  let fills: readonly Fill[] = [];
  /** The candle that the fill marks go up to. */
  let markedTimeSec: number | undefined;

  const drawLegend = () => {
    const candles = feed.now();
    const index = hovered !== undefined && hovered in candles ? hovered : candles.length - 1;
    const candle = candles[index];
    writeLegend(needs.legend, candle && legendOf(product, candle, candles[index - 1]));
  };
  const drawFills = () => {
    const candles = feed.now();
    markedTimeSec = candles.at(-1)?.openTimeSec;
    chart?.setFillMarks(fillMarks(fills, candles));
  };
  const draw = () => {
    if (chart === undefined || due === undefined) return;
    const candles = feed.now();
    if (due.kind === 'all') {
      chart.setCandles(candles, isFirstDrawing);
      isFirstDrawing = candles.length === 0;
      needs.onState(candles.length > 0 ? 'filled' : 'empty');
    } else {
      chart.updateTail(candles, due.from);
    }
    // A fill of the newest candle is told before that candle is.
    if (due.kind === 'all' || markedTimeSec !== candles.at(-1)?.openTimeSec) drawFills();
    due = undefined;
    drawLegend();
  };
  const painter = createPainter(draw, ahead, DRAW_MS);
  const feed = followCandles({ symbol: product.symbol, resolutionSec }, (change) => {
    due = joinChanges(due, change);
    painter.markDirty();
  });

  import('./candle-chart.ts')
    .then(({ createCandleChart }) => {
      if (isStopped) return;
      chart = createCandleChart(
        needs.host,
        { product, resolutionSec },
        {
          onHover: (index) => {
            if (hovered === index) return;
            hovered = index;
            drawLegend();
          },
          onOldestNear: () => void feed.loadOlder(),
        },
      );
      needs.onPlane(chart.plane);
      painter.markDirty();
    })
    .catch(() => needs.onState('failed'));

  return {
    setFills: (next) => {
      fills = next;
      drawFills();
    },
    stop: () => {
      isStopped = true;
      painter.stop();
      feed.stop();
      chart?.remove();
      writeLegend(needs.legend, undefined);
    },
  };
}
