/**
 * The log: one JSON line per event, of named fields only. Requests are logged by route pattern, never by URL or body.
 * Whatever looks like a secret is taken out twice: by field (redact) and, in the finished line, by look.
 */
import type { FastifyBaseLogger } from 'fastify';
import pino from 'pino';

export type Log = FastifyBaseLogger;

/** Where finished lines go. */
export interface LogSink {
  write(line: string): void;
}

const REDACTED_NAMES = [
  'secret',
  'apiKey',
  'token',
  'headerToken',
  'sessionId',
  'passphrase',
  'signature',
  'cookie',
  'authorization',
  '["set-cookie"]',
  '["x-perpdeck-token"]',
  '["x-phemex-access-token"]',
  '["x-phemex-request-signature"]',
];
const REDACTED_PATHS = ['', '*', '*.*'].flatMap((parent) =>
  REDACTED_NAMES.map((name) => (name.startsWith('[') || parent === '' ? parent + name : `${parent}.${name}`)),
);

/** Our own tokens: 32 bytes in base64url. */
const TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/g;
/** HMAC-SHA256 in hexadecimal. */
const SIGNATURE = /\b[0-9a-f]{64}\b/gi;

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

/** Takes out what looks like a token or a signature, and `values` (now and later) in the forms they may turn up in. */
export function createScrubber(values: Iterable<string>): (line: string) => string {
  return (line) => {
    let clean = line;
    for (const value of values) {
      if (value === '') continue;
      for (const form of formsOf(value)) clean = clean.replaceAll(form, '[secret]');
    }
    return clean.replace(TOKEN, '[token]').replace(SIGNATURE, '[signature]');
  };
}

export function createLog(sink: LogSink): Log {
  return pino(
    {
      level: 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors by name, code and stack: their other properties may hold a request.
      serializers: {
        err: (error: NodeJS.ErrnoException) => ({
          name: error.name,
          code: error.code,
          message: error.message,
          stack: error.stack,
        }),
      },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    sink,
  );
}
