import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MUTANTS, mutated } from '../bench/mutants/mutants.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

it.each(MUTANTS)('the mutant still fits its file, and changes it: $name', (mutant) => {
  const source = readFileSync(join(root, mutant.file), 'utf8');
  expect(mutated(source, mutant)).not.toBe(source);
});
