/** GET /g-accounts/accountPositions and GET /g-accounts/positions: wallet, legs and settings at one moment. */
import * as z from 'zod/mini';
import type { AccountState } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { positionRowSchema, readLegs, toWallet, walletSchema } from './position-row.ts';
import { validate } from './validation.ts';

const accountPositionsSchema = z.object({
  account: walletSchema,
  positions: z.nullish(z.array(positionRowSchema)),
});

export function parseAccountPositions(body: unknown): Result<AccountState> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const read = validate(accountPositionsSchema, opened.value.value, opened.value.at);
  if (!read.ok) return read;
  return ok({ wallets: [toWallet(read.value.account)], ...readLegs(read.value.positions ?? []) });
}
