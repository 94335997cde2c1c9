import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';

const run = promisify(execFile);
const CHILD = new URL('./pairs/child.mjs', import.meta.url).pathname;
const REGISTER = new URL('../../dist/register.mjs', import.meta.url).href;
const NODE24 = process.env.NODE24;

interface Pair {
  major: number;
  transport: 'ws' | 'global';
  modules: 'cjs' | 'esm';
  node?: string | undefined;
}

/** With `OLDER_SDKS` each supported major, with `NODE24` the one that needs it. */
const pairs: Pair[] = [
  { major: 6, transport: 'ws', modules: 'esm' },
  { major: 6, transport: 'global', modules: 'cjs' },
  ...(process.env.OLDER_SDKS
    ? [4, 5].flatMap((major): Pair[] => [
        { major, transport: 'ws', modules: 'cjs' },
        { major, transport: 'global', modules: 'esm' },
      ])
    : []),
  ...(NODE24
    ? [
        { major: 7, transport: 'ws' as const, modules: 'cjs' as const, node: NODE24 },
        { major: 7, transport: 'global' as const, modules: 'esm' as const, node: NODE24 },
      ]
    : []),
];

interface Seen {
  /** What the application saw, a scenario each. */
  readonly scenarios: { name: string; picture: unknown }[];
  readonly stderr: string;
}

async function child({ node = process.execPath, modules, ...rest }: Pair, options?: object): Promise<Seen> {
  const hooks = options && modules === 'esm' ? [`--import=${REGISTER}`] : [];
  const global = rest.transport === 'global' && node === process.execPath ? ['--experimental-websocket'] : [];
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    // The server's certificate is made anew each time.
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
    TRACED: options ? JSON.stringify(options) : '',
  };
  const args = [`major=${rest.major}`, `transport=${rest.transport}`, `modules=${modules}`];
  const command = ['--expose-gc', ...global, ...hooks, CHILD, ...args];
  const { stdout, stderr } = await run(node, command, { env, maxBuffer: 64 * 1024 * 1024, timeout: CHILD_TIMEOUT_MS });
  const scenarios = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; picture: unknown });
  return { scenarios, stderr };
}

function spansOf({ stderr }: Seen): { ended: string[]; open: string[]; secrets: string[] } {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}

describe.each(pairs)('openai $major, $transport WebSocket, $modules', (pair) => {
  test('an application sees no difference, and every span ends once', async () => {
    const [bare, traced] = await Promise.all([
      child(pair),
      child(pair, { captureMessageContent: true, inspectStreams: true }),
    ]);
    expect(bare.scenarios.length).toBeGreaterThan(24);
    expect(bare.stderr).toBe('');
    expect(traced.scenarios).toEqual(bare.scenarios);

    const { ended, open, secrets } = spansOf(traced);
    expect(open).toEqual([]);
    expect(secrets).toEqual([]);
    for (const outcome of [
      'chat gpt-realtime: completed',
      'chat gpt-realtime: interrupted',
      'chat gpt-realtime: aborted',
      'chat gpt-realtime: failed, failed',
      'chat my-deployment: completed',
      'realtime_session gpt-realtime: 1000',
      'realtime_session gpt-realtime: 1011, failed',
      'realtime_session gpt-realtime: 1006, failed',
    ]) {
      expect(ended).toContain(outcome);
    }
    // Three handshakes are refused, and one socket is lost.
    expect(
      ended.filter((outcome) => outcome === 'realtime_session gpt-realtime: 1006, failed').length,
    ).toBeGreaterThanOrEqual(4);
    // The application closes one before it is open.
    expect(ended).toContain('realtime_session gpt-realtime: 1006');
    expect(JSON.stringify(ended)).not.toContain('NaN');
  });
});
