/** The built page, held in memory: an exact path answers its bytes, and no other path touches the disk. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { ASSET_HEADERS, type HeaderList, PLAIN_FILE_HEADERS } from './headers.ts';

export interface PageFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly headers: HeaderList;
}

export interface Pages {
  readonly html: Buffer;
  /** By URL path. */
  readonly files: ReadonlyMap<string, PageFile>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

const NOT_BUILT =
  '<!doctype html><meta charset="utf-8"><title>Perpdeck</title>' +
  '<p>The page is not built. Run <code>npm run build</code>, or open the link that <code>npm run dev</code> prints.</p>';

/** Vite puts what it has named by content under `assets/`. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** `folder` is the build's output; where it is missing, the page says so. */
export function loadPages(folder: string): Pages {
  const files = new Map<string, PageFile>();
  const index = join(folder, 'index.html');
  if (!existsSync(index)) return { html: Buffer.from(NOT_BUILT), files };
  for (const path of filesUnder(folder)) {
    const contentType = CONTENT_TYPES[extname(path)];
    if (contentType === undefined) continue;
    const urlPath = `/${relative(folder, path).split(sep).join('/')}`;
    const headers = HASHED.test(urlPath) ? ASSET_HEADERS : PLAIN_FILE_HEADERS;
    files.set(urlPath, { bytes: readFileSync(path), contentType, headers });
  }
  return { html: readFileSync(index), files };
}
