import { execFile } from 'node:child_process';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';

/** @import { Span } from '../support/otlp-decode.mjs' */

/**
 * @typedef {object} Launch
 * @property {string} node The Node.js binary.
 * @property {string} home The directory that holds the application and leads to its packages.
 * @property {string[]} args
 * @property {Record<string, string>} [env]
 */

/**
 * @typedef {object} Outcome
 * @property {string} shown All that the process let be seen: exit code and what it printed.
 * @property {string} warnings What it printed to stderr.
 * @property {number} calls Requests that the API received.
 * @property {number} streams Those of them that asked for a stream.
 * @property {Span[]} spans
 */

/**
 * Runs an application against the fake API, and a collector for the spans it may export.
 *
 * @param {Launch} launch
 * @returns {Promise<Outcome>}
 */
export async function runApp(launch) {
  const [api, collector] = await Promise.all([startFakeOpenAI(), startOtlpReceiver()]);
  try {
    const origin = new URL(api.url).origin;
    const { code, stdout, stderr } = await run(launch, {
      FAKE_ORIGIN: origin,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_LOG_LEVEL: 'warn',
      // Others ask the clouds' metadata services.
      OTEL_NODE_RESOURCE_DETECTORS: 'env',
    });
    return {
      shown: [`exit ${code}`, stdout, stderr].join('\n').replaceAll(origin, 'http://fake'),
      warnings: stderr,
      calls: api.requests.length,
      streams: api.requests.filter(({ body }) => JSON.parse(body).stream === true).length,
      spans: collector.spans,
    };
  } finally {
    await Promise.all([api.close(), collector.close()]);
  }
}

/**
 * @param {Launch} launch
 * @param {Record<string, string>} environment
 * @returns {Promise<{ code: unknown, stdout: string, stderr: string }>}
 */
function run({ node, home, args, env = {} }, environment) {
  // Nothing of the environment that the tests run in may reach the application, other runners' NODE_OPTIONS least of all.
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const options = { cwd: home, env: { PATH, HOME, TMPDIR, ...environment, ...env }, timeout: CHILD_TIMEOUT_MS };
  return new Promise((resolve) => {
    execFile(node, args, options, (error, stdout, stderr) => {
      const code = error ? (error.killed ? `after ${CHILD_TIMEOUT_MS} ms` : error.code) : 0;
      resolve({ code, stdout, stderr: withoutProcessId(stderr) });
    });
  });
}

/** @param {string} stderr */
function withoutProcessId(stderr) {
  return stderr.replace(/^\(node:\d+\)/gm, '(node)');
}
