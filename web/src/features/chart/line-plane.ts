/**
 * Horizontal lines at prices, drawn by the charting library with the candles, so that both move in the same frame.
 * Whoever has labels on them hears where they are each time they were drawn.
 */
import type {
  Coordinate,
  IChartApiBase,
  IPrimitivePaneRenderer,
  ISeriesApi,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';

export type LineTone = 'up' | 'down' | 'warn' | 'muted' | 'accent';

export interface PlaneLine {
  readonly key: string;
  /** For pixels. */
  readonly price: number;
  readonly tone: LineTone;
  readonly look: 'solid' | 'dashed' | 'dotted';
  /** On the price axis; absent: none. */
  readonly axisText?: string;
}

export interface PlaneLayout {
  /** Of the pane, in CSS pixels, without the price axis. */
  readonly width: number;
  readonly height: number;
  /** Pixels from the top, by the line's key. */
  readonly y: ReadonlyMap<string, number>;
}

export interface LinePlane {
  setLines(lines: readonly PlaneLine[]): void;
  /** The price at a height of the pane; undefined before there are candles. */
  priceAt(y: number): number | undefined;
  /** The chart is about to go: nothing is drawn any more, whoever still asks. */
  detach(): void;
  /** Runs after each drawing, in its frame. */
  onLayout(listener: (layout: PlaneLayout) => void): () => void;
  /** Height of the crosshair in the pane of prices; undefined when it is not there. */
  onCrosshair(listener: (y: number | undefined) => void): () => void;
}

const DASHES: Readonly<Record<PlaneLine['look'], readonly number[]>> = {
  solid: [],
  dashed: [6, 4],
  dotted: [1, 3],
};
/** Words on a coloured ground of the price axis. */
const AXIS_TEXT_COLOR = '#090c10';
const FAR_AWAY = -1_000;

interface DrawnLine {
  readonly y: number;
  readonly color: string;
  readonly dash: readonly number[];
}

type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

function drawLines(target: DrawTarget, lines: readonly DrawnLine[]): void {
  // biome-ignore lint/correctness/useHookAtTopLevel: no hook, but the library's name for its canvas.
  target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio, horizontalPixelRatio }) => {
    context.save();
    const thickness = Math.max(1, Math.round(verticalPixelRatio));
    context.lineWidth = thickness;
    for (const { y, color, dash } of lines) {
      // In the middle of a physical pixel, or a thin line is drawn as two pale ones.
      const at = Math.round(y * verticalPixelRatio) + (thickness % 2 === 1 ? 0.5 : 0);
      context.beginPath();
      context.setLineDash(dash.map((length) => length * horizontalPixelRatio));
      context.strokeStyle = color;
      context.moveTo(0, at);
      context.lineTo(bitmapSize.width, at);
      context.stroke();
    }
    context.restore();
  });
}

const isSame = (a: readonly PlaneLine[], b: readonly PlaneLine[]): boolean =>
  a.length === b.length && a.every((line, index) => lineText(line) === lineText(b[index]));
const lineText = (line: PlaneLine | undefined): string =>
  line === undefined ? '' : `${line.key} ${line.price} ${line.tone} ${line.look} ${line.axisText}`;

/** The heights at which the crosshair stands, for whoever listens. */
function followCrosshair(chart: IChartApiBase<Time>): LinePlane['onCrosshair'] {
  const listeners = new Set<(y: number | undefined) => void>();
  chart.subscribeCrosshairMove(({ point, paneIndex }) => {
    const y = point !== undefined && paneIndex === 0 ? point.y : undefined;
    for (const listener of listeners) listener(y);
  });
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

export function createLinePlane(
  chart: IChartApiBase<Time>,
  series: ISeriesApi<'Candlestick', Time>,
  colors: Readonly<Record<LineTone, string>>,
): LinePlane {
  let lines: readonly PlaneLine[] = [];
  let axisViews: readonly ISeriesPrimitiveAxisView[] = [];
  let requestUpdate: () => void = () => undefined;
  const listeners = new Set<(layout: PlaneLayout) => void>();

  const axisViewOf = ({ price, tone, axisText = '' }: PlaneLine): ISeriesPrimitiveAxisView => ({
    coordinate: () => series.priceToCoordinate(price) ?? FAR_AWAY,
    text: () => axisText,
    textColor: () => AXIS_TEXT_COLOR,
    backColor: () => colors[tone],
  });
  const draw = (target: DrawTarget) => {
    const y = new Map<string, number>();
    const drawn: DrawnLine[] = [];
    for (const { key, price, tone, look } of lines) {
      const at = series.priceToCoordinate(price);
      if (at === null) continue;
      y.set(key, at);
      drawn.push({ y: at, color: colors[tone], dash: DASHES[look] });
    }
    drawLines(target, drawn);
    target.useMediaCoordinateSpace(({ mediaSize: { width, height } }) => {
      for (const listener of listeners) listener({ width, height, y });
    });
  };
  const paneViews = [{ renderer: () => ({ draw }) }];
  const primitive: ISeriesPrimitive<Time> = {
    attached: (attached: SeriesAttachedParameter<Time>) => {
      requestUpdate = attached.requestUpdate;
    },
    paneViews: () => paneViews,
    priceAxisViews: () => axisViews,
  };
  series.attachPrimitive(primitive);
  return {
    setLines: (next) => {
      if (isSame(lines, next)) return;
      lines = next;
      axisViews = next.filter(({ axisText }) => axisText !== undefined).map(axisViewOf);
      requestUpdate();
    },
    detach: () => {
      requestUpdate = () => undefined;
    },
    priceAt: (y) => series.coordinateToPrice(y as Coordinate) ?? undefined,
    onLayout: (listener) => {
      listeners.add(listener);
      requestUpdate();
      return () => listeners.delete(listener);
    },
    onCrosshair: followCrosshair(chart),
  };
}
