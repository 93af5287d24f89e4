/** The seven faults of SECURITY.md 3.2, as edits of the sources. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Each found exactly once. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** That should turn red. */
  readonly suite: string;
}

const SIMULATION = 'proxy/tests/simulation.test.ts';
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the intent is not synced',
    file: 'proxy/src/journal/order-desk.ts',
    edits: [['      await kept;\n', '']],
    suite: SIMULATION,
  },
  {
    name: 'sent before it is written down',
    file: 'proxy/src/journal/order-desk.ts',
    edits: [
      [
        '    const recorded = record(wish, signed);\n',
        '    const early = send(needs, wish, await signed());\n    const recorded = record(wish, signed);\n',
      ],
      [
        'const answering = send(needs, wish, headers);\n    onSent();\n    // Noted',
        'const answering = early;\n    onSent();\n    // Noted',
      ],
    ],
    suite: SIMULATION,
  },
  {
    name: 'requests are retried',
    file: 'proxy/src/exchange/connections.ts',
    edits: [
      ["import { Client } from 'undici';", "import { Client, interceptors } from 'undici';"],
      [
        'new Client(origin, { ...options, pipelining: 1 });',
        'new Client(origin, { ...options, pipelining: 1 }).compose(interceptors.retry({ methods: ["POST"], minTimeout: 1 })) as unknown as Client;',
      ],
    ],
    suite: 'proxy/tests/forwarding.test.ts',
  },
  {
    name: 'a lost answer counts as a failure',
    file: 'proxy/src/journal/judge.ts',
    edits: [
      [
        "if (outcome.kind === 'lost') return unknown(outcome.reason);",
        "if (outcome.kind === 'lost') return { state: 'NOT_SENT', note: outcome.reason };",
      ],
    ],
    suite: SIMULATION,
  },
  {
    name: 'any Host is answered',
    file: 'proxy/src/door/gate.ts',
    edits: [["if (!hosts.has(head.header('host'))) {", "if (head.header('host') === '') {"]],
    suite: 'proxy/tests/abuse-http.test.ts',
  },
  {
    name: 'the session is asked for by the raw path',
    file: 'proxy/src/door/http-door.ts',
    edits: [
      [
        'if (foreign !== undefined || isPublic) return foreign;',
        'if (foreign !== undefined || isPublic || !/^\\/(?:api|exchange)\\//.test(head.target)) return foreign;',
      ],
    ],
    suite: 'proxy/tests/abuse-http.test.ts',
  },
  {
    name: 'numbers are taken for decimals',
    file: 'contract/src/wire/mutation-reader.ts',
    edits: [
      [
        'z.string().check(\n      z.refine((value) => value[0]',
        'z.pipe(z.transform(String), z.string()).check(\n      z.refine((value) => value[0]',
      ],
    ],
    suite: 'contract/src/wire/mutation.test.ts',
  },
];

/** @throws where an edit no longer fits. */
export function mutated(source: string, { file, edits, name }: Mutant): string {
  let text = source;
  for (const [from, to] of edits) {
    if (text.split(from).length !== 2) throw new Error(`“${name}” no longer fits ${file}: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}
