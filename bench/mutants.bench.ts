/**
 * `npm run bench -- mutants`: the seven faults of SECURITY.md 3.2 put into a copy of the sources, one at a time, and
 * whether the tests that are there to catch them do. A mutant that lives means that a test proves less than it seems to.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printTable } from './table.ts';

interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Each found exactly once. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** That should turn red. */
  readonly suite: string;
}

const SIMULATION = 'proxy/tests/simulation.test.ts';
const MUTANTS: readonly Mutant[] = [
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
        'const answering = send(needs, wish, headers);\n    // Noted',
        'const answering = early;\n    // Noted',
      ],
    ],
    suite: SIMULATION,
  },
  {
    name: 'requests are retried',
    file: 'proxy/src/exchange/exchange-client.ts',
    edits: [
      ['import { type Dispatcher, Pool }', 'import { type Dispatcher, interceptors, Pool }'],
      [
        '      allowH2: false,\n    });',
        '      allowH2: false,\n    }).compose(interceptors.retry({ methods: ["POST"], minTimeout: 1 })) as unknown as Pool;',
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

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOMS = [
  'contract',
  'paper',
  'proxy',
  'e2e',
  'scripts',
  'package.json',
  'vitest.config.ts',
  'tsconfig.json',
  'tsconfig.base.json',
];

function mutate(folder: string, { file, edits, name }: Mutant): void {
  const path = join(folder, file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of edits) {
    if (text.split(from).length !== 2) throw new Error(`“${name}” no longer fits ${file}: ${from}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(path, text);
}

function isRed(folder: string, suite: string): boolean {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', suite], {
    cwd: folder,
    encoding: 'utf8',
  });
  const ran = /Tests .*(?:passed|failed)/.test(stdout);
  // A suite that cannot even be loaded has caught nothing, and would let every mutant live.
  if (!ran) throw new Error(`${suite} does not run: ${stdout.slice(-500)}`);
  return status !== 0;
}

/** A copy of the sources, with or without a mutant in it, and whether the suite turns red there. */
function turnsRed(suite: string, mutant?: Mutant): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-mutant-'));
  try {
    for (const room of ROOMS) cpSync(join(root, room), join(folder, room), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    if (mutant !== undefined) mutate(folder, mutant);
    return isRed(folder, suite);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const suite of new Set(MUTANTS.map((mutant) => mutant.suite))) {
  if (turnsRed(suite)) throw new Error(`${suite} is red without a mutant`);
}
const rows = MUTANTS.map((mutant) => {
  const { name, suite } = mutant;
  return [name, suite, turnsRed(suite, mutant) ? 'killed' : 'LIVES'];
});
printTable('Mutants', ['what is wrong', 'suite', 'outcome'], rows);
process.exitCode = rows.every(([, , outcome]) => outcome === 'killed') ? 0 : 1;
