/**
 * Chance that can be repeated: a generator seeded by what it is for (seed, symbol, level, index), and smooth noise
 * whose value at any time needs no history. No cryptography here.
 */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal. */
  normal(): number;
}

/** One round of murmur3's mixing: every bit of the key moves about half of the bits of the hash. */
export function mixHash(hash: number, key: number): number {
  let k = Math.imul(key | 0, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let mixed = hash ^ Math.imul(k, 0x1b873593);
  mixed = (mixed << 13) | (mixed >>> 19);
  mixed = (Math.imul(mixed, 5) + 0xe6546b64) | 0;
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function hashText(hash: number, text: string): number {
  let mixed = hash;
  for (let at = 0; at < text.length; at++) mixed = mixHash(mixed, text.charCodeAt(at));
  return mixed;
}

/** sfc32, seeded by one 32-bit hash; passes PractRand far beyond what a block of candles draws. */
export function createRandom(hash: number): Random {
  let a = hash | 0;
  let b = mixHash(hash, 1) | 0;
  let c = mixHash(hash, 2) | 0;
  let counter = 1;
  let spare: number | undefined;

  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warmUp = 0; warmUp < 8; warmUp++) next();

  /** Box and Muller give two at a time. */
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { next, normal };
}

/** How many events a Poisson process with this mean has; means here stay below a few dozen. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-Math.min(mean, 50));
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

/** Roughly normal in a fixed number of steps: the sum of four uniforms drawn from one lattice point's hash. */
export function latticeValue(hash: number, index: number): number {
  const h1 = mixHash(hash, index);
  const h2 = mixHash(h1, 0x9e3779b9);
  const sum = (h1 & 0xffff) + (h1 >>> 16) + (h2 & 0xffff) + (h2 >>> 16);
  return (sum / 65_535 - 2) * Math.sqrt(3);
}

/** Smooth noise with mean 0, deviation about 1 and features about one unit of `at` long. */
export type SmoothNoise = (at: number) => number;

/** Remembers the two lattice points it last blended: neighbouring times ask for the same ones. */
export function createSmoothNoise(hash: number): SmoothNoise {
  let known = Number.NaN;
  let before = 0;
  let after = 0;
  return (at) => {
    const index = Math.floor(at);
    if (index !== known) {
      before = latticeValue(hash, index);
      after = latticeValue(hash, index + 1);
      known = index;
    }
    const share = at - index;
    const eased = share * share * (3 - 2 * share);
    // Blending two lattice values shrinks the deviation between lattice points; undo it so that no beat shows.
    return (before * (1 - eased) + after * eased) / Math.sqrt((1 - eased) ** 2 + eased ** 2);
  };
}
