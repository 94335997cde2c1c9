import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findCommand, freePorts, getJson, run, startProgram } from './program.js';
import { makeScratch } from './scratch.js';

const VERSION = '20.26.0';
const CACHE = fileURLToPath(new URL('../../.cache/phoenix', import.meta.url));
const INSTALL_TIMEOUT_MS = 600_000;

export interface PhoenixSpan {
  name: string;
  span_kind: string;
  start_time: string;
  parent_id: string | null;
  status_code: string;
  context: { trace_id: string; span_id: string };
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
}

export interface Phoenix {
  /** Where OTLP goes, over HTTP. */
  otlp: string;
  spans(): Promise<PhoenixSpan[]>;
  stop(): Promise<void>;
}

/** Phoenix, as it is installed, or else installed into an ignored folder if there is a Python with its package index. */
export async function findPhoenix(): Promise<string | undefined> {
  const installed = await findCommand('PHOENIX_BIN', 'phoenix');
  if (installed) return installed;
  const cached = `${CACHE}/bin/phoenix`;
  if (existsSync(cached)) return cached;
  if ((await run('python3', ['-c', 'import venv, ensurepip'])) === undefined) return undefined;
  console.warn(`\n*** Installing Phoenix ${VERSION} into .cache/phoenix\n`);
  await run('python3', ['-m', 'venv', CACHE], INSTALL_TIMEOUT_MS);
  await run(`${CACHE}/bin/pip`, ['install', '--quiet', `arize-phoenix==${VERSION}`], INSTALL_TIMEOUT_MS);
  return existsSync(cached) ? cached : undefined;
}

export async function startPhoenix(command: string): Promise<Phoenix> {
  const { web, grpc } = await freePorts('web', 'grpc');
  const scratch = await makeScratch();
  const url = `http://127.0.0.1:${web}`;
  const env = {
    PHOENIX_WORKING_DIR: scratch.folder,
    PHOENIX_HOST: '127.0.0.1',
    PHOENIX_PORT: String(web),
    PHOENIX_GRPC_PORT: String(grpc),
    PHOENIX_TELEMETRY_ENABLED: 'false',
  };
  try {
    const ready = { readyUrl: `${url}/healthz`, timeoutMs: 180_000 };
    const { stop } = await startProgram({ command, args: ['serve'], env, ...ready });
    return {
      otlp: url,
      spans: async () => {
        return (await getJson<{ data: PhoenixSpan[] }>(`${url}/v1/projects/default/spans?limit=100`)).data;
      },
      stop: () => stop().then(scratch.remove),
    };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
