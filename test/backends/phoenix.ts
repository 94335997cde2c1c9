import { freePorts, getJson, startProgram } from './program.js';
import { findPythonCommand } from './python.js';
import { makeScratch } from './scratch.js';

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

export function findPhoenix(): Promise<string | undefined> {
  return findPythonCommand({ command: 'phoenix', variable: 'PHOENIX_BIN', requirement: 'arize-phoenix==20.26.0' });
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
