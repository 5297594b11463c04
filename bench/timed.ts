/** Seconds of each of some repetitions. */
export async function timed(repeats: number, action: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const began = performance.now();
    await action();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}
