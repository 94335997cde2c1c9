import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
const TIMEOUT_MS = 1_200_000;

/** Counting bytes only works while nothing is collected: the young generation takes all that a measurement makes. */
const COUNTING = ['--max-semi-space-size=128', '--min-semi-space-size=128'];

/** Starts what measured processes talk to: an agent that dd-trace can report to. */
export async function startAgent() {
  const agent = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('{}'));
  });
  await new Promise((resolve) => agent.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = agent.address();
  const env = {
    ...process.env,
    DD_TRACE_AGENT_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    DD_TRACE_STARTUP_LOGS: 'false',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    DD_CRASHTRACKING_ENABLED: 'false',
  };

  return {
    /**
     * Measures in a process of its own.
     * @param {{ measure: string, seed: number } & Record<string, unknown>} wanted
     */
    async measure(wanted) {
      const flags = wanted.measure === 'memory' ? COUNTING : [];
      const { stdout } = await run(process.execPath, ['--expose-gc', ...flags, CHILD, JSON.stringify(wanted)], {
        env,
        timeout: TIMEOUT_MS,
        maxBuffer: 2 ** 24,
      });
      return JSON.parse(stdout);
    },
    async close() {
      agent.closeAllConnections();
      agent.close();
    },
  };
}
