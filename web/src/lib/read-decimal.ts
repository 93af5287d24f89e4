/** A decimal as people type it. */
import { canonical } from '#contract/decimal.ts';

/** Commas only where they set thousands apart: "0,5" is a mistake to be shown, not five. */
const GROUPED = /^[1-9]\d{0,2}(?:,\d{3})+(?=$|\.)/;

/** Its canonical text ("1,234.50", ".5", "7."), or undefined. */
export function readDecimal(text: string): string | undefined {
  const trimmed = text.trim();
  const plain = GROUPED.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed;
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  return canonical(plain.replace(/^\./, '0.').replace(/\.$/, ''));
}
