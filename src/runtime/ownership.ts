/** What holds memory of the runtime until it is given back. */
export interface Releasable {
  release(): Promise<void>;
}

/** Makes something beside what its maker owns already, which is released when that fails. */
export async function beside<T>(owned: readonly Releasable[], make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    for (const one of owned) await one.release();
    throw error;
  }
}
