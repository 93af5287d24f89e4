/** Requests about positions and their settings, checked and turned into the core's commands. */
import type { AssignBalance, Rate, Refusal, SetLeverage, SwitchPosMode } from '../commands.ts';
import type { Catalogue } from './catalogue.ts';
import { BAD_ARGUMENTS, missing } from './replies.ts';
import { legOf, type Params, type Parsed, parseWith, Refused, text, wordOf } from './request-params.ts';
import { decimalText, readRate, readUnits } from './scale.ts';

const INVALID_LEVERAGE: Refusal = { code: 11004, msg: 'TE_INVALID_LEVERAGE' };

export function parseAssignBalance(catalogue: Catalogue, params: Params): Parsed<AssignBalance> {
  return parseWith(catalogue, params, (listing) => {
    const leg = legOf(listing, params);
    if (params.posBalanceRv === undefined) throw new Refused(missing('posBalanceRv'));
    const balance = readUnits(decimalText(params.posBalanceRv) ?? '');
    if (balance === undefined || balance < 0n) throw new Refused(BAD_ARGUMENTS);
    return { kind: 'assign-balance', ...leg, balance };
  });
}

function leverageOf(given: unknown): Rate {
  const rate = readRate(decimalText(given) ?? '');
  if (rate === undefined) throw new Refused(INVALID_LEVERAGE);
  return rate;
}

export function parseSetLeverage(catalogue: Catalogue, params: Params): Parsed<SetLeverage> {
  return parseWith(catalogue, params, ({ product: { symbol } }) => {
    const { leverageRr, longLeverageRr, shortLeverageRr } = params;
    if (leverageRr !== undefined) {
      return { kind: 'set-leverage', symbol, leverage: { mode: 'OneWay', value: leverageOf(leverageRr) } };
    }
    if (longLeverageRr === undefined || shortLeverageRr === undefined)
      throw new Refused(missing('leverageRr'));
    const long = leverageOf(longLeverageRr);
    return {
      kind: 'set-leverage',
      symbol,
      leverage: { mode: 'Hedged', long, short: leverageOf(shortLeverageRr) },
    };
  });
}

export function parseSwitchPosMode(catalogue: Catalogue, params: Params): Parsed<SwitchPosMode> {
  return parseWith(catalogue, params, ({ product }) => ({
    kind: 'switch-pos-mode',
    symbol: product.symbol,
    target: wordOf(
      ['OneWay', 'Hedged'] as const,
      text(params, 'targetPosMode'),
      missing('targetPosMode'),
      BAD_ARGUMENTS,
    ),
  }));
}
