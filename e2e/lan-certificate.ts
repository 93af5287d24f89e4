/** A certificate for deck.test that nobody but these tests uses, and its key. */
import { createHash, X509Certificate } from 'node:crypto';

export const LAN_NAME = 'deck.test';

export const LAN_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMbbVYS6I8UXbWj2q
Xsho9RBRnknKKr1X0zsPYY7UYY6hRANCAATp9vOriXCf2S0SYoi4h/Y0FO1dgdHv
QiMr3anYlRSoGsAM9N+vT68/SRfeygcUyZIWQt8C00T973u/7bgvH65p
-----END PRIVATE KEY-----
`;

export const LAN_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUKfakx+qlxuEuyTeV76d3pOicXqEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJZGVjay50ZXN0MCAXDTI2MTEyNDIzMDMzN1oYDzIxMjYxMDMx
MjMwMzM3WjAUMRIwEAYDVQQDDAlkZWNrLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATp9vOriXCf2S0SYoi4h/Y0FO1dgdHvQiMr3anYlRSoGsAM9N+vT68/
SRfeygcUyZIWQt8C00T973u/7bgvH65po2kwZzAdBgNVHQ4EFgQUCrPrAdqBF2qr
bXDGZd7zsZeyCmUwHwYDVR0jBBgwFoAUCrPrAdqBF2qrbXDGZd7zsZeyCmUwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglkZWNrLnRlc3QwCgYIKoZIzj0EAwID
SAAwRQIgXEC46m/M5rUUYGy6U5g9lmcbPB4NRUb2UVA5ynDK+MUCIQCXK2e3o9Hu
tD4e4OP2UqMbC0BnTLhqkuFEJvqrbkJE8w==
-----END CERTIFICATE-----
`;

/** By which Chromium can be told to believe it. */
export const LAN_KEY_HASH = createHash('sha256')
  .update(new X509Certificate(LAN_CERTIFICATE).publicKey.export({ format: 'der', type: 'spki' }))
  .digest('base64');
