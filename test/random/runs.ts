/** `RANDOM_RUNS=20 npx vitest run test/random` tries twenty times as many cases. */
const FACTOR = Number(process.env.RANDOM_RUNS ?? 1);

export function runs(usual: number): number {
  return Math.ceil(usual * FACTOR);
}
