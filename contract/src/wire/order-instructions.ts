/**
 * Triggers, trails and protections of an order, which REST and `aop_p` name alike. Zero and UNSPECIFIED mean "none";
 * a word that no document lists is no reason to lose the order, so it is left out.
 */
import * as z from 'zod/mini';
import type { Decimal, Price } from '../brand.ts';
import { abs } from '../decimal.ts';
import type { OrderInstructions, Protection, Trail, Trigger } from '../model.ts';
import {
  TRIGGER_DIRECTIONS,
  TRIGGER_SOURCES,
  type TriggerDirection,
  type TriggerSource,
} from '../vocabulary.ts';
import { noneIfZero, priceField, ratioField } from './fields.ts';

export const instructionFields = {
  stopPxRp: z.nullish(priceField),
  stopDirection: z.nullish(z.string()),
  /** Replies say `trigger`, requests `triggerType`. */
  trigger: z.nullish(z.string()),
  triggerType: z.nullish(z.string()),
  pegPriceType: z.nullish(z.string()),
  pegOffsetValueRp: z.nullish(ratioField),
  pegOffsetProportionRr: z.nullish(ratioField),
  takeProfitRp: z.nullish(priceField),
  tpPxRp: z.nullish(priceField),
  tpTrigger: z.nullish(z.string()),
  stopLossRp: z.nullish(priceField),
  slPxRp: z.nullish(priceField),
  slTrigger: z.nullish(z.string()),
  execInst: z.nullish(z.string()),
};

const instructionSchema = z.object(instructionFields);
type Fields = z.output<typeof instructionSchema>;

const wordOf = <T extends string>(words: readonly T[], text: string | null | undefined): T | undefined =>
  words.find((word) => word === text);

const sourceOf = (text: string | null | undefined): TriggerSource | undefined =>
  wordOf(TRIGGER_SOURCES, text);
const directionOf = (text: string | null | undefined): TriggerDirection | undefined =>
  wordOf(TRIGGER_DIRECTIONS, text);

function triggerOf({ stopPxRp, trigger, triggerType, stopDirection }: Fields): Trigger | undefined {
  const price = noneIfZero(stopPxRp);
  if (price === undefined) return undefined;
  const source = sourceOf(trigger) ?? sourceOf(triggerType);
  const direction = directionOf(stopDirection);
  return { price, ...(source && { source }), ...(direction && { direction }) };
}

/** The sign of an offset only repeats the side. */
function trailOf({ pegPriceType, pegOffsetValueRp, pegOffsetProportionRr }: Fields): Trail | undefined {
  if (!pegPriceType?.startsWith('Trailing')) return undefined;
  const proportion = noneIfZero(pegOffsetProportionRr);
  if (proportion !== undefined) return { by: 'proportion', proportion: abs(proportion) };
  const distance = noneIfZero(pegOffsetValueRp as Decimal | null | undefined);
  return distance === undefined ? undefined : { by: 'price', distance: abs(distance) as Price };
}

function protectionOf(
  at: Price | null | undefined,
  limitAt: Price | null | undefined,
  trigger: string | null | undefined,
): Protection | undefined {
  const price = noneIfZero(at);
  if (price === undefined) return undefined;
  const source = sourceOf(trigger);
  const limit = noneIfZero(limitAt);
  return { price, ...(source && { source }), ...(limit && { limit }) };
}

export function toInstructions(fields: Fields): OrderInstructions {
  const trigger = triggerOf(fields);
  const trail = trailOf(fields);
  const takeProfit = protectionOf(fields.takeProfitRp, fields.tpPxRp, fields.tpTrigger);
  const stopLoss = protectionOf(fields.stopLossRp, fields.slPxRp, fields.slTrigger);
  return {
    ...(trigger && { trigger }),
    ...(trail && { trail }),
    ...(takeProfit && { takeProfit }),
    ...(stopLoss && { stopLoss }),
    ...(fields.execInst?.includes('CloseOnTrigger') && { closeOnTrigger: true as const }),
  };
}
