import { delimiter, dirname } from 'node:path';
import { freePorts, getJson, startProgram } from './program.js';
import { findPythonCommand } from './python.js';
import { makeScratch } from './scratch.js';

const EXPERIMENT = '0';

export interface MlflowSpan {
  name: string;
  attributes: Record<string, unknown>;
  events: { name: string }[];
  status: { code?: string };
}

export interface MlflowTrace {
  metadata: Record<string, string>;
  spans: MlflowSpan[];
}

export interface Mlflow {
  /** Where OTLP goes, over HTTP, and the headers that go with it, as `OTEL_EXPORTER_OTLP_HEADERS` has them. */
  otlp: string;
  headers: string;
  traces(): Promise<MlflowTrace[]>;
  stop(): Promise<void>;
}

export function findMlflow(): Promise<string | undefined> {
  return findPythonCommand({ command: 'mlflow', variable: 'MLFLOW_BIN', requirement: 'mlflow==3.17.2' });
}

export async function startMlflow(command: string): Promise<Mlflow> {
  const { web } = await freePorts('web');
  const scratch = await makeScratch();
  const url = `http://127.0.0.1:${web}`;
  const args = ['server', '--host', '127.0.0.1', '--port', String(web), '--workers', '1'];
  const stores = [
    ...['--backend-store-uri', `sqlite:///${scratch.folder}/mlflow.db`],
    ...['--artifacts-destination', `${scratch.folder}/artifacts`],
  ];
  // It starts further commands of its package by name.
  const env = { PATH: `${dirname(command)}${delimiter}${process.env.PATH ?? ''}`, MLFLOW_DISABLE_TELEMETRY: 'true' };
  try {
    const ready = { readyUrl: `${url}/health`, timeoutMs: 180_000 };
    const { stop } = await startProgram({ command, args: [...args, ...stores], env, ...ready });
    await warmUp(url);
    return {
      otlp: url,
      headers: `x-mlflow-experiment-id=${EXPERIMENT}`,
      traces: () => readTraces(`${url}/api/3.0/mlflow/traces`),
      stop: () => stop().then(scratch.remove),
    };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/** The first export has it load the code that reads spans, for which a busy machine takes longer than exporters wait. */
async function warmUp(url: string): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': EXPERIMENT };
  const signal = AbortSignal.timeout(120_000);
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(), signal });
  await response.arrayBuffer();
}

interface WireTrace {
  trace: {
    trace_info: { trace_metadata: Record<string, string> };
    spans: { name: string; attributes?: WireAttribute[]; events?: { name: string }[]; status?: { code?: string } }[];
  };
}

interface WireAttribute {
  key: string;
  value: unknown;
}

async function readTraces(api: string): Promise<MlflowTrace[]> {
  const locations = [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: EXPERIMENT } }];
  const { traces = [] } = await getJson<{ traces?: { trace_id: string }[] }>(`${api}/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ locations, max_results: 100 }),
  });
  return Promise.all(
    traces.map(async ({ trace_id }) => {
      const { trace } = await getJson<WireTrace>(`${api}/get?trace_id=${trace_id}`);
      const spans = trace.spans.map(({ name, attributes = [], events = [], status = {} }) => ({
        name,
        attributes: fieldsOf(attributes),
        events,
        status,
      }));
      return { metadata: trace.trace_info.trace_metadata, spans };
    }),
  );
}

function fieldsOf(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decoded(value)]));
}

/** A value of OTLP in its JSON form: `{ string_value }`, `{ array_value: { values } }` and so on. */
function decoded(wire: unknown): unknown {
  const [[kind, value] = []] = Object.entries(Object(wire));
  if (kind === 'array_value') return (Object(value).values ?? []).map(decoded);
  if (kind === 'kvlist_value') return fieldsOf(Object(value).values ?? []);
  return kind === 'int_value' ? Number(value) : value;
}
