/**
 * Every name that a request which changes something may use, by route. It imports nothing, so that the signer can hold
 * to it; a test holds it to what is read (mutation-reader.ts).
 */

const ORDER = [
  ...['symbol', 'clOrdID', 'side', 'posSide', 'ordType', 'orderQtyRq', 'priceRp', 'stopPxRp', 'reduceOnly'],
  ...['closeOnTrigger', 'takeProfitRp', 'tpPxRp', 'stopLossRp', 'slPxRp', 'displayQtyRq', 'pegOffsetValueRp'],
  ...[
    'pegOffsetProportionRr',
    'pegPriceType',
    'timeInForce',
    'triggerType',
    'tpTrigger',
    'slTrigger',
    'tpSlTs',
  ],
  ...['text', 'actionBy', 'stpInstruction', 'hedged', 'postOnly'],
];
const REFERENCE = ['symbol', 'posSide', 'orderID', 'clOrdID', 'origClOrdID'];

export const MUTATION_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'POST /g-orders': ORDER,
  'PUT /g-orders/create': ORDER,
  'PUT /g-orders/replace': [
    ...REFERENCE,
    ...['priceRp', 'orderQtyRq', 'stopPxRp', 'triggerType', 'takeProfitRp', 'stopLossRp'],
    ...['pegOffsetValueRp', 'pegOffsetProportionRr', 'pegPriceType'],
  ],
  'DELETE /g-orders/cancel': REFERENCE,
  'DELETE /g-orders': ['symbol', 'posSide', 'orderID', 'clOrdID'],
  'DELETE /g-orders/all': ['symbol', 'untriggered', 'text'],
  'PUT /g-positions/leverage': [
    ...['symbol', 'hedged', 'leverage', 'leverageRr', 'longLeverageRr', 'shortLeverageRr'],
  ],
  'PUT /g-positions/switch-pos-mode-sync': ['symbol', 'targetPosMode'],
  'POST /g-positions/assign': ['symbol', 'posSide', 'posBalanceRv'],
};
