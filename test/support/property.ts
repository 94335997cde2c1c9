import fc from 'fast-check';

/** The same cases each time: a run that fails can be repeated, and one that passes goes on passing. */
const SEED = 20_251_123;

/** Holds a property to be true of many generated cases, and says of how many. */
export async function holds<T extends [unknown, ...unknown[]]>(
  name: string,
  numRuns: number,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  property: (...args: T) => unknown,
): Promise<void> {
  let runs = 0;
  const counted = async (...args: T) => {
    runs++;
    await property(...args);
  };
  await fc.assert(fc.asyncProperty<T>(...(arbitraries as unknown as { [K in keyof T]: fc.Arbitrary<T[K]> }), counted), {
    seed: SEED,
    numRuns,
  });
  console.log(`${name}: ${runs} runs`);
}
