/**
 * @typedef {object} OtelLine
 * @property {string} major
 * @property {string} title
 * @property {Record<string, string>} packages
 * @property {number} node The lowest Node.js major that it runs on.
 */

/** @type {[OtelLine, OtelLine]} */
export const otelLines = [
  {
    major: '2',
    title: 'SDK 2 (api 1.9, sdk-node 0.223)',
    packages: {
      '@opentelemetry/api': '~1.9.1',
      '@opentelemetry/sdk-node': '0.223.0',
      '@opentelemetry/instrumentation': '0.223.0',
      '@opentelemetry/auto-instrumentations-node': '0.81.2',
    },
    node: 20,
  },
  {
    major: '3',
    title: 'SDK 3 (api 1.10, sdk-node 0.301)',
    packages: {
      '@opentelemetry/api': '~1.10.0',
      '@opentelemetry/sdk-node': '0.301.0',
      '@opentelemetry/instrumentation': '0.301.1',
      '@opentelemetry/auto-instrumentations-node': '0.82.0',
    },
    node: 22,
  },
];

export const nodeMajors = ['20', '22', '24', '26'];

/** The oldest supported version, and a later one of each major; the newest ones join them when the matrix runs. */
export const openaiVersions = ['4.19.0', '4.104.0', '5.23.2', '6.49.0', '7.57.0'];

export const openaiMajors = ['4', '5', '6', '7'];

/** @param {string} version */
export function majorOf(version) {
  return Number.parseInt(version, 10);
}

/**
 * @typedef {object} Row
 * @property {string} openai
 * @property {OtelLine} otel
 * @property {string} node
 */

/**
 * The combinations that may be installed.
 *
 * @param {{ openai: readonly string[], otel: readonly OtelLine[], node: readonly string[] }} wanted
 * @returns {Row[]}
 */
export function rows(wanted) {
  const all = wanted.openai.flatMap((openai) =>
    wanted.otel.flatMap((otel) => wanted.node.map((node) => ({ openai, otel, node }))),
  );
  return all.filter(({ openai, otel, node }) => Number(node) >= Math.max(otel.node, majorOf(openai) >= 7 ? 22 : 20));
}

/** A version of another major than the given one, that every Node.js runs. */
export function otherMajor(/** @type {string} */ openai) {
  return majorOf(openai) === 6 ? '5.23.2' : '6.49.0';
}
