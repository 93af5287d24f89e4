/** Requests about positions, checked and turned into the core's commands. */
import { POS_SIDES } from '#contract/vocabulary.ts';
import type { AssignBalance } from '../commands.ts';
import type { Catalogue } from './catalogue.ts';
import { BAD_ARGUMENTS, missing, SYMBOL_INVALID } from './replies.ts';
import type { Params, Parsed } from './request-params.ts';
import { decimalText, readUnits } from './scale.ts';

/** In one-way mode clients often leave the position side out; the core refuses one that does not fit the mode. */
export function parseAssignBalance(catalogue: Catalogue, params: Params): Parsed<AssignBalance> {
  const listing = catalogue.find(String(params.symbol ?? ''));
  if (listing === undefined) return { refusal: SYMBOL_INVALID };
  const posSide = POS_SIDES.find((known) => known === (params.posSide ?? 'Merged'));
  if (params.posBalanceRv === undefined) return { refusal: missing('posBalanceRv') };
  const balance = readUnits(decimalText(params.posBalanceRv) ?? '');
  if (posSide === undefined || balance === undefined || balance < 0n) return { refusal: BAD_ARGUMENTS };
  return { command: { kind: 'assign-balance', symbol: listing.product.symbol, posSide, balance } };
}
