/** Runs `action`, then closes; of two failures the first is thrown. */
export async function closing<T>(resource: { close(): void | Promise<void> }, action: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await action();
  } catch (error) {
    await Promise.resolve()
      .then(() => resource.close())
      .catch(() => undefined);
    throw error;
  }
  await resource.close();
  return result;
}
