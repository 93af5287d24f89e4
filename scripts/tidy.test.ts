/** The house's walls and limits, read off the source tree: who may import whom, where wire names end, how long a file may grow. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** A file longer than this holds two stories. */
const FILE_LINES_MAX = 400;

interface Source {
  readonly path: string;
  readonly text: string;
  /** Repository paths of the project's own modules it imports; packages are left out. */
  readonly imports: readonly string[];
}

function importsOf(path: string, text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const target = match[1] ?? '';
    if (target.startsWith('#contract/')) found.push(target.replace('#contract/', 'contract/src/'));
    else if (target.startsWith('.')) found.push(posix.join(posix.dirname(path), target));
  }
  return found;
}

function sources(): Source[] {
  return ['contract', 'paper', 'proxy', 'web', 'e2e', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
      .map((entry) => {
        const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
        const text = readFileSync(join(root, path), 'utf8');
        return { path, text, imports: importsOf(path, text) };
      }),
  );
}

const all = sources();
const isTest = (path: string) =>
  path.includes('.test.') || /^(paper|proxy|web)\/tests\/|^paper\/src\/testing\//.test(path);
const production = all.filter(({ path }) => !isTest(path));

/** Every "importer → imported" pair that `allowed` refuses. */
const trespasses = (files: readonly Source[], allowed: (from: string, to: string) => boolean) =>
  files.flatMap(({ path, imports }) =>
    imports.filter((to) => !allowed(path, to)).map((to) => `${path} → ${to}`),
  );

const offenders = (files: readonly Source[], pattern: RegExp) =>
  files.flatMap(({ path, text }) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${path}: ${match[0]}`];
  });

/** Where the simulated part of the proxy begins: whatever these import is simulated as well, down to the seams. */
const SIMULATED = [
  'trading',
  'exchange/exchange-topics',
  'relay/topic-hub',
  'exchange/clock-offset',
  'exchange/rate-budget',
  'exchange/sign',
].map((name) => `proxy/src/${name}.ts`);
/** Clock, randomness, network, disk and timers, each behind an interface that the simulation has its own side of. */
const SEAMS = new Set(
  [
    ...['time', 'token', 'exchange/exchange-client', 'exchange/exchange-socket', 'watch/log'],
    ...['journal/journal-file', 'kill/halt-file', 'guard/limits-file'],
  ].map((name) => `proxy/src/${name}.ts`),
);
const TOUCHES_THE_WORLD =
  /\bDate\.now\b|\bnew Date\(|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|\bfs\.|\brandom(?:UUID|Bytes)\b|'(?:node:(?:fs|net|http|https|tls|dns|child_process|timers|perf_hooks)|undici|ws|libsql)'/;

/** The files themselves and what their values are imported from, seams left out. */
function reachedFrom(paths: readonly string[], files: readonly Source[]): Source[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Map<string, Source>();
  const visit = (path: string) => {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path) || SEAMS.has(path)) return;
    reached.set(path, file);
    for (const to of importsOf(path, file.text.replace(/import type [^;]*;/g, ''))) visit(to);
  };
  for (const path of paths) visit(path);
  return [...reached.values()];
}

/** What each room of `web/src` may import beside itself; `app` may import everything. */
const WEB_LAYERS: Readonly<Record<string, readonly string[]>> = {
  features: ['market', 'account', 'workspace', 'exchange', 'ui', 'lib'],
  account: ['market', 'workspace', 'exchange', 'lib'],
  market: ['workspace', 'exchange', 'lib'],
  workspace: ['lib'],
  exchange: ['lib'],
  ui: ['lib'],
  lib: [],
};

function isWebImportAllowed(from: string, to: string): boolean {
  const [, , layer = '', feature] = from.split('/');
  const [, , toLayer = '', toFeature] = to.split('/');
  if (layer === 'app' || layer === 'main.tsx') return true;
  if (layer === 'features' && toLayer === 'features') return feature === toFeature;
  return layer === toLayer || (WEB_LAYERS[layer]?.includes(toLayer) ?? false);
}

describe('the house', () => {
  it('lets the parts meet only in contract/', () => {
    const part = (path: string) => path.split('/')[0] ?? '';
    const mayImport = (from: string, to: string) =>
      part(from) === part(to) || part(to) === 'contract' || part(from) === 'bench';
    expect(trespasses(production, mayImport)).toEqual([]);
  });

  it('keeps what serves the tests out of the product', () => {
    const product = production.filter(({ path }) => /^(contract|paper|proxy|web)\//.test(path));
    expect(trespasses(product, (_from, to) => !isTest(to))).toEqual([]);
  });

  it('keeps the layers of the page, and its features apart', () => {
    const inside = production.map((file) => ({
      ...file,
      imports: file.imports.filter((to) => to.startsWith('web/')),
    }));
    const web = inside.filter(({ path }) => path.startsWith('web/src/'));
    expect(trespasses(web, isWebImportAllowed)).toEqual([]);
  });

  it('stops wire names at the edge that parses or prints them', () => {
    const edges = /^(contract\/src\/wire|paper\/src\/wire|web\/src\/exchange|bench|e2e)\//;
    const inner = production.filter(({ path }) => !edges.test(path));
    const withoutComments = inner.map((file) => ({
      ...file,
      text: file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
    }));
    expect(offenders(withoutComments, /\b[a-z]\w*[a-z](?:Rp|Rq|Rv|Rr|Ep|Ev)\b/)).toEqual([]);
  });

  it('hands time and chance to the exchange', () => {
    const core = production.filter(
      ({ path }) => path.startsWith('paper/src/') && !/\/(main|clock|speed-clock)\.ts$/.test(path),
    );
    expect(offenders(core, /\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(/)).toEqual([]);
  });

  it('hands clock, chance, network, disk and timers to what the simulation runs', () => {
    const simulated = reachedFrom(SIMULATED, production);
    expect(simulated.map(({ path }) => path)).toContain('proxy/src/journal/order-desk.ts');
    expect(offenders(simulated, TOUCHES_THE_WORLD)).toEqual([]);
    expect(production.filter(({ path }) => SEAMS.has(path))).toHaveLength(SEAMS.size);
  });

  it('reads the environment in one place of each program', () => {
    const servers = production.filter(({ path }) => /^(paper|proxy|contract)\//.test(path));
    const inner = servers.filter(({ path }) => !/\/(main|config|data-dir)\.ts$/.test(path));
    expect(offenders(inner, /\bprocess\.env\b/)).toEqual([]);
  });

  it('names files for what they hold', () => {
    const drawers = all.filter(({ path }) =>
      /\/(utils?|helpers?|common|manager|misc|index)\.tsx?$/.test(path),
    );
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });

  it(`keeps every file under ${FILE_LINES_MAX} lines`, () => {
    const long = production.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('leaves no test switched off and none that waits for time to pass', () => {
    const tests = all.filter(({ path }) => isTest(path) || path.startsWith('e2e/'));
    expect(offenders(tests, /\b(?:it|test|describe)\.(?:only|todo|fixme)\b/)).toEqual([]);
    expect(offenders(tests, /waitForTimeout|setTimeout\([^)]*, *\d{3,}\)/)).toEqual([]);
  });
});
