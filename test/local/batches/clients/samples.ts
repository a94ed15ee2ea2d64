/** Values of every size that codecs treat differently: nothing, one byte, less and more than a block of 32, 64 and 128 KB. */
export function sampleValues(): Buffer[] {
  const order = (n: number) =>
    JSON.stringify({ order_id: `order-${n}`, user: `user-${(n * 7) % 13}`, item: 'burger', quantity: (n * 31) % 97 });
  const orders = (bytes: number) => {
    const lines: string[] = [];
    for (let n = 0, length = 0; length < bytes; n++) {
      lines.push(order(n % 50));
      length += (lines.at(-1) as string).length + 1;
    }
    return Buffer.from(lines.join('\n').slice(0, bytes));
  };
  // Noise of its own, the same each time, which no codec makes smaller.
  const noise = Buffer.alloc(3_000);
  for (let at = 0, seed = 7; at < noise.length; at++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = seed >>> 24;
  }
  return [
    Buffer.alloc(0),
    Buffer.from('a'),
    ...[100, 5_000, 33_000, 70_000, 140_000].map(orders),
    noise,
    Buffer.alloc(300_000),
  ];
}
