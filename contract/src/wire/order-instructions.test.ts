import { describe, expect, it } from 'vitest';
import { price, ratio } from '../decimal.ts';
import { toInstructions } from './order-instructions.ts';

const NONE = {
  stopPxRp: price('0'),
  stopDirection: 'UNSPECIFIED',
  trigger: 'UNSPECIFIED',
  pegPriceType: 'UNSPECIFIED',
  pegOffsetValueRp: ratio('0'),
  pegOffsetProportionRr: ratio('0'),
  takeProfitRp: price('0'),
  stopLossRp: price('0'),
  tpPxRp: price('0'),
  slPxRp: price('0'),
  tpTrigger: 'ByLastPrice',
  slTrigger: 'ByMarkPrice',
  execInst: 'None',
};

describe('the instructions of an order', () => {
  it('are none where the wire says zero and UNSPECIFIED, whatever the sources beside them', () => {
    expect(toInstructions(NONE)).toEqual({});
    expect(toInstructions({})).toEqual({});
  });

  it('are a trigger with its source and direction', () => {
    const trigger = { stopPxRp: price('400'), stopDirection: 'Rising', trigger: 'ByMarkPrice' };
    expect(toInstructions({ ...NONE, ...trigger }).trigger).toEqual({
      price: '400',
      source: 'ByMarkPrice',
      direction: 'Rising',
    });
  });

  it('keep a trigger whose source no document lists', () => {
    const odd = { stopPxRp: price('400'), trigger: 'ByMoonPhase' };
    expect(toInstructions({ ...NONE, ...odd }).trigger).toEqual({ price: '400' });
  });

  it('go by any price that the documents list, the best bid and ask too', () => {
    for (const source of ['ByAskPrice', 'ByBidPrice', 'ByMarkPriceLimit', 'ByLastPriceLimit'] as const) {
      expect(toInstructions({ ...NONE, stopPxRp: price('400'), trigger: source }).trigger).toMatchObject({
        source,
      });
    }
  });

  it('are a trail whose distance has no sign', () => {
    const trail = { pegPriceType: 'TrailingStopPeg', pegOffsetValueRp: ratio('-150.5') };
    expect(toInstructions({ ...NONE, ...trail }).trail).toEqual({ by: 'price', distance: '150.5' });
    const share = { pegPriceType: 'TrailingTakeProfitPeg', pegOffsetProportionRr: ratio('0.01') };
    expect(toInstructions({ ...NONE, ...share }).trail).toEqual({ by: 'proportion', proportion: '0.01' });
  });

  it('are protections, with a limit only where there is one', () => {
    const fields = { takeProfitRp: price('52000'), tpPxRp: price('51990'), stopLossRp: price('49000') };
    expect(toInstructions({ ...NONE, ...fields })).toEqual({
      takeProfit: { price: '52000', source: 'ByLastPrice', limit: '51990' },
      stopLoss: { price: '49000', source: 'ByMarkPrice' },
    });
  });

  it('close on trigger when the execution instruction says so', () => {
    expect(toInstructions({ ...NONE, execInst: 'CloseOnTrigger' })).toEqual({ closeOnTrigger: true });
  });
});
