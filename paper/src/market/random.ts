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

/** sfc32, seeded by one 32-bit hash; passes PractRand far beyond what a block of candles draws. A class: many are short-lived. */
class Sfc32 implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = Number.NaN;

  constructor(hash: number) {
    this.#a = hash | 0;
    this.#b = mixHash(hash, 1) | 0;
    this.#c = mixHash(hash, 2) | 0;
    for (let warmUp = 0; warmUp < 8; warmUp++) this.next();
  }

  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** Box and Muller give two at a time. */
  normal(): number {
    const spare = this.#spare;
    if (!Number.isNaN(spare)) {
      this.#spare = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

export const createRandom = (hash: number): Random => new Sfc32(hash);

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
class LatticeNoise {
  readonly #hash: number;
  #known = Number.NaN;
  #before = 0.5;
  #after = 0.5;

  constructor(hash: number) {
    this.#hash = hash;
  }

  at(at: number): number {
    const index = Math.floor(at);
    if (index !== this.#known) {
      this.#before = index === this.#known + 1 ? this.#after : latticeValue(this.#hash, index);
      this.#after = latticeValue(this.#hash, index + 1);
      this.#known = index;
    }
    const share = at - index;
    const eased = share * share * (3 - 2 * share);
    // Blending two lattice values shrinks the deviation between lattice points; undo it so that no beat shows.
    return (this.#before * (1 - eased) + this.#after * eased) / Math.sqrt((1 - eased) ** 2 + eased ** 2);
  }
}

export function createSmoothNoise(hash: number): SmoothNoise {
  const noise = new LatticeNoise(hash);
  return (at) => noise.at(at);
}
