/** Security headers of every answer, by what is answered. */

export type HeaderList = Readonly<Record<string, string>>;

const ALWAYS: HeaderList = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'Origin, Sec-Fetch-Site',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
};

/** Answers that are data: never rendered, never kept. */
export const DATA_HEADERS: HeaderList = {
  ...ALWAYS,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** Files of the page; their names carry a hash of their content. */
export const ASSET_HEADERS: HeaderList = {
  ...ALWAYS,
  'cache-control': 'public, max-age=31536000, immutable',
};

/** Files of the page whose name says nothing about their content. */
export const PLAIN_FILE_HEADERS: HeaderList = { ...ALWAYS, 'cache-control': 'no-cache' };

/** The page. Its scripts may reach this port alone: `ws:` at large would be a hole to the outside. */
export function pageHeaders(socketOrigin: string): HeaderList {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src 'self' ${socketOrigin}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    'report-uri /api/csp',
  ];
  return {
    ...ALWAYS,
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'origin-agent-cluster': '?1',
    'content-security-policy': policy.join('; '),
  };
}
