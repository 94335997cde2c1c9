import { expect, it } from 'vitest';
import { compareGrowth } from './growth-report.mjs';

/** Those that held most: what keeps a call alive after its end, and what never comes to an end. */
const SITUATIONS = [
  'break',
  'stream dropped',
  'tee half read',
  'ReadableStream left early',
  'finished stream kept',
  'promise kept',
  'socket kept',
  'a tool begins the next run',
];
/** Noise: so few operations also pay for compiled code. A call that is kept is more than 15,000. `npm run soak` is exact. */
const MOST_BYTES = 6_000;

it('a call that has ended or was dropped leaves nothing behind', async () => {
  const compared = await compareGrowth(400, ['content'], SITUATIONS);
  expect(compared.map(({ situation }) => situation).sort()).toEqual([...SITUATIONS].sort());
  for (const { situation, addedBytes, addedListeners, openSpans } of compared) {
    expect(addedBytes, situation).toBeLessThan(MOST_BYTES);
    expect(addedListeners, situation).toBeLessThanOrEqual(0);
    expect(openSpans, situation).toBe(0);
  }
}, 180_000);
