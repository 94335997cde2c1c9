/** One process of a measurement: does what its argument says, prints what it found as JSON. */

import * as growth from './growth.mjs';
import { life } from './life.mjs';
import { memory } from './memory.mjs';

/** @type {Record<string, (wanted: any) => Promise<unknown>>} */
const measurements = {
  life,
  memory,
  chunks: growth.chunks,
  concurrency: growth.concurrency,
  history: growth.history,
  abandoned: growth.abandoned,
};

// What other instrumentations leave unhandled must not end the measurement of the rest.
process.on('unhandledRejection', () => {});

const { measure, ...wanted } = JSON.parse(process.argv[2] ?? '{}');
const found = await measurements[measure]?.(wanted);
process.stdout.write(JSON.stringify(found), () => process.exit());
