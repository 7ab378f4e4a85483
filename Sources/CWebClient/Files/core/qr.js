/**
 * A QR code (ISO/IEC 18004) of a text: UTF-8 in byte mode, error correction level M, the smallest of versions 1 to 10
 * that holds it, and the mask whose picture is the easiest to read.
 */

// For each version: octets of error correction in a block, then how many blocks there are of how many octets of data.
const BLOCKS = [
  null, [10, [1, 16]], [16, [1, 28]], [26, [1, 44]], [18, [2, 32]], [24, [2, 43]], [16, [4, 27]], [18, [4, 31]],
  [22, [2, 38], [2, 39]], [22, [3, 36], [2, 37]], [26, [4, 43], [1, 44]],
];
const ALIGNMENT = [null, [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/**
 * @param {string} text at most 213 octets in UTF-8.
 * @returns {boolean[][]} rows of modules, true is dark; without the quiet zone of four. Throws RangeError when it is too long.
 */
export function encode(text) {
  const octets = new TextEncoder().encode(text);
  const version = smallest(octets.length);
  const grid = new Grid(version);
  grid.place(interleaved(codewords(octets, version), version));
  let best = null;
  for (let mask = 0; mask < MASKS.length; mask += 1) {
    const rows = grid.masked(mask);
    const penalty = judge(rows);
    if (!best || penalty < best.penalty) best = {rows, penalty};
  }
  return best.rows;
}

function capacity(version) {
  return BLOCKS[version].slice(1).reduce((sum, [count, size]) => sum + count * size, 0);
}

const lengthBits = (version) => (version < 10 ? 8 : 16);

function smallest(length) {
  for (let version = 1; version < BLOCKS.length; version += 1) {
    if (4 + lengthBits(version) + 8 * length <= 8 * capacity(version)) return version;
  }
  throw new RangeError('too long for a QR code');
}

/** Mode, length and octets, filled up to what the version holds. */
function codewords(octets, version) {
  const bits = [];
  const push = (value, count) => { for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1); };
  push(0b0100, 4);
  push(octets.length, lengthBits(version));
  for (const octet of octets) push(octet, 8);
  const room = 8 * capacity(version);
  push(0, Math.min(4, room - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let filler = 0xec; bits.length < room; filler ^= 0xec ^ 0x11) push(filler, 8);
  const words = [];
  for (let at = 0; at < bits.length; at += 8) words.push(bits.slice(at, at + 8).reduce((word, bit) => (word << 1) | bit, 0));
  return words;
}

/** Blocks with their error correction, an octet of each in turn. */
function interleaved(words, version) {
  const [correction, ...groups] = BLOCKS[version];
  const blocks = [];
  let at = 0;
  for (const [count, size] of groups) {
    for (let n = 0; n < count; n += 1, at += size) blocks.push(words.slice(at, at + size));
  }
  const checks = blocks.map((block) => remainder(block, generator(correction)));
  const result = [];
  for (const list of [blocks, checks]) {
    const longest = Math.max(...list.map(({length}) => length));
    for (let n = 0; n < longest; n += 1) for (const block of list) if (n < block.length) result.push(block[n]);
  }
  return result;
}

/** Product in GF(256) with the polynomial x⁸ + x⁴ + x³ + x² + 1. */
function product(a, b) {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >> 7) * 0x11d);
    if ((b >> bit) & 1) result ^= a;
  }
  return result;
}

/** The Reed-Solomon generator of a degree, its highest coefficient (1) left out. */
function generator(degree) {
  const result = new Array(degree).fill(0);
  result[degree - 1] = 1;
  let root = 1;
  for (let n = 0; n < degree; n += 1) {
    for (let at = 0; at < degree; at += 1) result[at] = product(result[at], root) ^ (result[at + 1] ?? 0);
    root = product(root, 2);
  }
  return result;
}

function remainder(block, divisor) {
  const result = new Array(divisor.length).fill(0);
  for (const word of block) {
    const factor = word ^ result.shift();
    result.push(0);
    divisor.forEach((coefficient, at) => { result[at] ^= product(coefficient, factor); });
  }
  return result;
}

/** The modules: those that find and describe the code are fixed, the others are data. */
class Grid {
  constructor(version) {
    this.version = version;
    this.size = 17 + 4 * version;
    this.dark = Array.from({length: this.size}, () => new Array(this.size).fill(false));
    this.fixed = Array.from({length: this.size}, () => new Array(this.size).fill(false));
    for (const [x, y] of [[3, 3], [this.size - 4, 3], [3, this.size - 4]]) this.#rings(x, y, 4, ({distance}) => distance !== 2 && distance !== 4);
    for (let n = 0; n < this.size; n += 1) {
      if (!this.fixed[6][n]) this.#fix(n, 6, n % 2 === 0);
      if (!this.fixed[n][6]) this.#fix(6, n, n % 2 === 0);
    }
    this.#alignments();
    this.#format(0);
    if (version >= 7) this.#versionBits();
  }

  #fix(x, y, isDark) {
    this.dark[y][x] = isDark;
    this.fixed[y][x] = true;
  }

  #rings(cx, cy, reach, isDark) {
    for (let y = Math.max(0, cy - reach); y <= Math.min(this.size - 1, cy + reach); y += 1) {
      for (let x = Math.max(0, cx - reach); x <= Math.min(this.size - 1, cx + reach); x += 1) {
        this.#fix(x, y, isDark({distance: Math.max(Math.abs(x - cx), Math.abs(y - cy))}));
      }
    }
  }

  #alignments() {
    const centres = ALIGNMENT[this.version];
    const last = centres.length - 1;
    centres.forEach((x, column) => centres.forEach((y, row) => {
      const isAtFinder = (column === 0 && row === 0) || (column === last && row === 0) || (column === 0 && row === last);
      if (!isAtFinder) this.#rings(x, y, 2, ({distance}) => distance !== 1);
    }));
  }

  /** Level M (00) and the mask, with their BCH code, twice. */
  #format(mask) {
    let rest = mask;
    for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (n) => ((bits >> n) & 1) === 1;
    for (let n = 0; n < 6; n += 1) this.#fix(8, n, bit(n));
    this.#fix(8, 7, bit(6));
    this.#fix(8, 8, bit(7));
    this.#fix(7, 8, bit(8));
    for (let n = 9; n < 15; n += 1) this.#fix(14 - n, 8, bit(n));
    for (let n = 0; n < 8; n += 1) this.#fix(this.size - 1 - n, 8, bit(n));
    for (let n = 8; n < 15; n += 1) this.#fix(8, this.size - 15 + n, bit(n));
    this.#fix(8, this.size - 8, true);
  }

  #versionBits() {
    let rest = this.version;
    for (let n = 0; n < 12; n += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (this.version << 12) | rest;
    for (let n = 0; n < 18; n += 1) {
      const isDark = ((bits >> n) & 1) === 1;
      const far = this.size - 11 + (n % 3);
      const near = Math.floor(n / 3);
      this.#fix(far, near, isDark);
      this.#fix(near, far, isDark);
    }
  }

  /** Puts the bits in, two columns at a time, up and down from the right. */
  place(words) {
    let at = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const isUpwards = ((right + 1) & 2) === 0;
      for (let n = 0; n < this.size; n += 1) {
        const y = isUpwards ? this.size - 1 - n : n;
        for (const x of [right, right - 1]) {
          if (this.fixed[y][x]) continue;
          this.dark[y][x] = at < 8 * words.length && ((words[at >> 3] >> (7 - (at & 7))) & 1) === 1;
          at += 1;
        }
      }
    }
  }

  masked(mask) {
    this.#format(mask);
    return this.dark.map((row, y) => row.map((isDark, x) => (this.fixed[y][x] ? isDark : isDark !== MASKS[mask](x, y))));
  }
}

/** How hard a picture is to read: the four rules of the standard, added up. */
function judge(rows) {
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  const lines = [...rows, ...columns];
  const size = rows.length;
  let penalty = lines.reduce((sum, line) => sum + runs(line) + finders(line), 0);
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const dark = rows[y][x];
      if (rows[y - 1][x] === dark && rows[y][x - 1] === dark && rows[y - 1][x - 1] === dark) penalty += 3;
    }
  }
  const share = rows.flat().filter(Boolean).length / (size * size);
  return penalty + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

function runs(line) {
  let penalty = 0;
  let length = 1;
  for (let n = 1; n <= line.length; n += 1) {
    if (line[n] === line[n - 1]) { length += 1; continue; }
    if (length >= 5) penalty += length - 2;
    length = 1;
  }
  return penalty;
}

/** 40 for each 1:1:3:1:1 with four light modules on a side: it looks like a corner. */
function finders(line) {
  const text = `0000${line.map((dark) => (dark ? '1' : '0')).join('')}0000`;
  let penalty = 0;
  for (let at = 0; at + 11 <= text.length; at += 1) {
    const piece = text.slice(at, at + 11);
    if (piece === '00001011101' || piece === '10111010000') penalty += 40;
  }
  return penalty;
}
