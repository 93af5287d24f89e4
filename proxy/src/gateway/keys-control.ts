/** Gateway keys over the control socket, for `npm run keys`: one command in, one answer out, both JSON. */
import { type GatewayKey, type IssuedKey, type KeyTerms, parseKeyTerms } from '#contract/gateway.ts';
import { parseJsonObject } from '../door/json-body.ts';
import type { Gateway } from './gateway.ts';

export type KeyCommand =
  | { readonly do: 'list' }
  | { readonly do: 'make'; readonly terms: KeyTerms }
  | { readonly do: 'revoke'; readonly name: string };

export type KeyAnswer =
  | { readonly kind: 'keys'; readonly keys: readonly GatewayKey[] }
  | { readonly kind: 'made'; readonly made: IssuedKey }
  | { readonly kind: 'revoked' }
  /** Nothing was done. */
  | { readonly kind: 'problem'; readonly problem: string }
  /** It runs without a key of the exchange's. */
  | { readonly kind: 'no-key' };

const problem = (text: string): KeyAnswer => ({ kind: 'problem', problem: text });

async function make(gateway: Gateway, given: unknown): Promise<KeyAnswer> {
  const terms = parseKeyTerms(given);
  if (!terms.ok) return problem(`The key is not right: ${terms.problem.message}.`);
  const made = await gateway.make(terms.value);
  return 'code' in made ? problem(made.message) : { kind: 'made', made };
}

export async function answerKeys(line: string, gateway: Gateway | undefined): Promise<KeyAnswer> {
  if (gateway === undefined) return { kind: 'no-key' };
  const command = parseJsonObject(Buffer.from(line)) ?? {};
  try {
    switch (command.do) {
      case 'list':
        return { kind: 'keys', keys: gateway.list() };
      case 'make':
        return await make(gateway, command.terms);
      case 'revoke':
        return gateway.revoke(String(command.name)) ? { kind: 'revoked' } : problem('There is no such key.');
      default:
        return problem('This is no command.');
    }
  } catch (error) {
    return problem((error as Error).message);
  }
}
