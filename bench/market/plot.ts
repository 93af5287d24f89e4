/** Small line plots as SVG text: one panel, a legend, linear or logarithmic axes. Readable on light and dark pages. */

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
  readonly ticks: readonly number[];
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const WIDTH = 640;
const HEIGHT = 360;
const BOX = { left: 62, right: 16, top: 34, bottom: 48 };
/** Told apart by dashes too, for readers who do not see the colours. */
const STROKES = [
  ['#d97706', ''],
  ['#2563eb', ''],
  ['#d97706', '6 3'],
  ['#2563eb', '6 3'],
  ['#888888', '2 3'],
] as const;

function place(axis: Axis, value: number): number {
  const of = axis.scale === 'log' ? Math.log : (plain: number) => plain;
  return (of(value) - of(axis.min)) / (of(axis.max) - of(axis.min));
}

const plain = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const tickText = (value: number) =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(value);

function polyline(plot: Plot, { points }: Line): string {
  const [xs, ys] = [xOf(plot.x), yOf(plot.y)];
  return points
    .filter(([x, y]) => x >= plot.x.min && x <= plot.x.max && y >= plot.y.min && y <= plot.y.max)
    .map(([x, y]) => `${xs(x).toFixed(1)},${ys(y).toFixed(1)}`)
    .join(' ');
}

const xOf = (axis: Axis) => (value: number) => BOX.left + place(axis, value) * (WIDTH - BOX.left - BOX.right);
const yOf = (axis: Axis) => (value: number) =>
  HEIGHT - BOX.bottom - place(axis, value) * (HEIGHT - BOX.top - BOX.bottom);

export function drawPlot(plot: Plot): string {
  const [xs, ys] = [xOf(plot.x), yOf(plot.y)];
  const bottom = HEIGHT - BOX.bottom;
  const right = WIDTH - BOX.right;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#ffffff"/>`,
    `<text x="${BOX.left}" y="20" font-size="14" font-weight="bold">${plain(plot.title)}</text>`,
  ];
  for (const tick of plot.x.ticks) {
    const x = xs(tick).toFixed(1);
    parts.push(`<line x1="${x}" x2="${x}" y1="${BOX.top}" y2="${bottom}" stroke="#e5e5e5"/>`);
    parts.push(`<text x="${x}" y="${bottom + 16}" text-anchor="middle">${tickText(tick)}</text>`);
  }
  for (const tick of plot.y.ticks) {
    const y = ys(tick);
    parts.push(
      `<line x1="${BOX.left}" x2="${right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#e5e5e5"/>`,
    );
    parts.push(
      `<text x="${BOX.left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${tickText(tick)}</text>`,
    );
  }
  parts.push(
    `<text x="${(BOX.left + right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${plain(plot.x.name)}</text>`,
  );
  parts.push(
    `<text transform="translate(14 ${(BOX.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${plain(plot.y.name)}</text>`,
  );
  for (const [at, line] of plot.lines.entries()) {
    const [colour, dashes] = STROKES[at % STROKES.length] ?? STROKES[0];
    const stroke = `fill="none" stroke="${colour}" stroke-width="1.8" stroke-dasharray="${dashes}"`;
    const y = BOX.top + 14 + at * 17;
    parts.push(`<polyline points="${polyline(plot, line)}" ${stroke}/>`);
    parts.push(`<line x1="${right - 190}" x2="${right - 162}" y1="${y - 4}" y2="${y - 4}" ${stroke}/>`);
    parts.push(`<text x="${right - 156}" y="${y}">${plain(line.name)}</text>`);
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

/** Share of values at or above x, at so many points evenly spaced in the logarithm of x. */
export function tailOf(
  values: readonly number[],
  range: { min: number; max: number },
  count = 60,
): Line['points'] {
  const sorted = Float64Array.from(values).sort();
  const points: [number, number][] = [];
  let below = 0;
  for (let at = 0; at <= count; at++) {
    const x = range.min * (range.max / range.min) ** (at / count);
    while (below < sorted.length && (sorted[below] ?? 0) < x) below++;
    const share = 1 - below / sorted.length;
    if (share > 0) points.push([x, share]);
  }
  return points;
}
