/** What the project is made of and how it is built: the lockfile's packages, their scripts, the bundle twice over. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** Every package that a server's package brings along. */
function closureOf(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) visit(next);
  };
  for (const name of names) visit(name);
  return found;
}

const servers = closureOf(['fastify', 'ws', 'undici', 'pino', 'libsql', 'zod', 'big.js']);

describe('the packages', () => {
  it('[S2] are pinned by SHA-512, and come from the public registry or from where the installer is told to look', () => {
    expect(locked.length).toBeGreaterThan(100);
    for (const [path, { integrity, resolved }] of locked) {
      expect([path, integrity?.startsWith('sha512-')]).toEqual([path, true]);
      if (resolved !== undefined) expect(resolved).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });

  it('[S1] [S3] run no script when they are installed', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    // Known to bring one, which is not run; none of them is in a program that is shipped.
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripted.sort()).toEqual(['bufferutil', 'ccxt', 'esbuild'].map((name) => `node_modules/${name}`));
    for (const name of ['bufferutil', 'ccxt', 'esbuild']) expect(servers.has(name)).toBe(false);
  });

  it('[S5] of the proxy and the paper exchange are few', () => {
    expect(servers.size).toBeGreaterThan(20);
    expect(servers.size).toBeLessThanOrEqual(60);
  });
});

describe('the programs', () => {
  it('[S7] come out the same, byte for byte, when they are built again', async () => {
    const once = async () => {
      const { outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: {
          proxy: 'proxy/src/main.ts',
          signer: 'proxy/src/signer/main.ts',
          paper: 'paper/src/main.ts',
        },
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        sourcemap: true,
        outdir: 'dist/nowhere',
        write: false,
      });
      return outputFiles.map(({ path, contents }) => [
        path,
        createHash('sha256').update(contents).digest('hex'),
      ]);
    };
    expect(await once()).toEqual(await once());
  });
});
