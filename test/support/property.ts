import fc from 'fast-check';

/**
 * Seed of all property tests: fixed, so that a failure can be seen again; `FC_SEED=<integer>` takes another one,
 * `FC_SEED=random` one that fast-check chooses (and prints when a property fails).
 */
const given = process.env['FC_SEED'];
const seed = given === 'random' ? {} : { seed: Number(given ?? 20250101) };

/** Runs `check` on `runs` values of `arbitrary`; throws with the smallest counterexample that was found. */
export function forAll<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void, runs: number): void {
  fc.assert(
    fc.property(arbitrary, (value) => void check(value)),
    { ...seed, numRuns: runs, includeErrorInReport: true },
  );
}

/** {@link forAll} for checks that wait for a runtime. */
export async function forAllAsync<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
  runs: number,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), { ...seed, numRuns: runs, includeErrorInReport: true });
}
